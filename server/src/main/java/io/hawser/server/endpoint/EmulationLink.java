package io.hawser.server.endpoint;

import io.hawser.grid.pubsub.Payload;

import java.util.concurrent.CompletionStage;

/** The way to other nodes' emulated connections. Thread-safe; never blocks. */
@FunctionalInterface
public interface EmulationLink {
    /**
     * Hands commands to a connection of another node.
     *
     * @param node id of the node
     * @param session the connection's secret
     * @return completes normally, within some seconds
     */
    CompletionStage<EmulationOutcome> deliver(String node, String session, Payload data);
}
