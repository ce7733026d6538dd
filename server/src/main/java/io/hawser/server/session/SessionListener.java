package io.hawser.server.session;

import io.hawser.server.protocol.Disconnect;

/** Hears of sessions. Called on I/O threads: must not block. */
public interface SessionListener {
    /** A client has authenticated. */
    void opened(ClientSession session, long atMs);

    /** An authenticated client has gone. */
    void closed(ClientSession session, Disconnect reason, long atMs);
}
