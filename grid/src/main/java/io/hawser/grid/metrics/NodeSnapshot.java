package io.hawser.grid.metrics;

import java.util.Objects;

/**
 * What a node measured in one second. Immutable, thread-safe.
 *
 * @param node id of the node
 * @param incarnation which life of it
 * @param timeMs when, milliseconds since 1970 by the node's clock
 * @param connections open client connections
 * @param maxConnections connections it accepts at most
 * @param subscriptions of all its clients
 * @param channels with at least one of them
 * @param messagesInPerSecond commands received
 * @param messagesOutPerSecond publications taken from the broker
 * @param deliveriesPerSecond publications handed to connections
 * @param errorsPerSecond commands answered with an error
 * @param cpu CPU time of the process over that of its cores in the last five seconds, 0 to 1
 * @param memory heap after the last collection over the largest heap, 0 to 1
 * @param recentCommands commands received in the last ten seconds
 * @param recentErrors of these, answered with an error
 * @param latency of publications in the last ten seconds, from the channel's thread to the sockets;
 *     empty from a node that does not tell
 */
public record NodeSnapshot(
        String node,
        long incarnation,
        long timeMs,
        int connections,
        int maxConnections,
        long subscriptions,
        long channels,
        double messagesInPerSecond,
        double messagesOutPerSecond,
        double deliveriesPerSecond,
        double errorsPerSecond,
        double cpu,
        double memory,
        long recentCommands,
        long recentErrors,
        LatencyHistogram latency) {

    public NodeSnapshot {
        latency = Objects.requireNonNullElse(latency, LatencyHistogram.EMPTY);
    }
}
