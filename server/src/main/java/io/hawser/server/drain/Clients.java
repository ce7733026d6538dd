package io.hawser.server.drain;

import io.hawser.server.session.ClientSession;

import java.util.List;

/** The clients of this node. Thread-safe. */
public interface Clients {
    /**
     * Those that are not about to end, also those that have not authenticated yet. May block for a
     * moment; not for I/O threads.
     */
    List<ClientSession> staying();

    /** Connections that are there, also those about to end. Does not block. */
    int connections();
}
