package io.hawser.server;

import io.hawser.server.drain.Clients;
import io.hawser.server.endpoint.FanOut;
import io.hawser.server.session.ClientSession;

import java.time.Duration;
import java.util.List;

/** The clients of this node, on all its I/O threads. Thread-safe. */
record NodeClients(FanOut fanOut) implements Clients {
    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    @Override
    public List<ClientSession> staying() {
        return fanOut.staying(TIMEOUT);
    }

    @Override
    public int connections() {
        return fanOut.connections();
    }
}
