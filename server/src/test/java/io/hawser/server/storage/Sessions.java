package io.hawser.server.storage;

import java.time.Instant;

/** Records of sessions for tests. */
final class Sessions {
    static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    private Sessions() {}

    static SessionOpened opened(String client) {
        return opened(client, "ann", "192.0.2.7");
    }

    static SessionOpened opened(String client, String user, String address) {
        return new SessionOpened(client, user, address, "websocket", "js", "5.0", NOON);
    }

    static SessionClosed closed(String client) {
        return new SessionClosed(opened(client), NOON.plusSeconds(60), 3000, "connection closed");
    }
}
