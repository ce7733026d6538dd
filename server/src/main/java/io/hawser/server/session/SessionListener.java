package io.hawser.server.session;

import io.hawser.server.protocol.Disconnect;

/** Hears of sessions. Called on I/O threads: must not block. */
public interface SessionListener {
    /** A client has authenticated. */
    void opened(ClientSession session, long atMs);

    /** An authenticated client has gone. */
    void closed(ClientSession session, Disconnect reason, long atMs);

    /** Both hear of sessions, this one first. */
    default SessionListener and(SessionListener other) {
        SessionListener first = this;
        return new SessionListener() {
            @Override
            public void opened(ClientSession session, long atMs) {
                first.opened(session, atMs);
                other.opened(session, atMs);
            }

            @Override
            public void closed(ClientSession session, Disconnect reason, long atMs) {
                first.closed(session, reason, atMs);
                other.closed(session, reason, atMs);
            }
        };
    }
}
