package io.hawser.server;

import io.hawser.server.protocol.Disconnect;
import io.hawser.server.session.ClientSession;
import io.hawser.server.session.Sessions;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends a stopping node's clients away: told to come back elsewhere (3001), and not all at once, so
 * that the other nodes are not stormed. Used by one thread.
 */
final class Farewell {
    private static final int MIN_PER_SECOND = 500;

    /** However many there are, the last one is told by then, seconds. */
    private static final int LONGEST_SECONDS = 10;

    private static final int STEPS_PER_SECOND = 20;

    private final Sessions sessions;

    Farewell(Sessions sessions) {
        this.sessions = sessions;
    }

    /** Returns when everybody has been told. */
    void sendAway() {
        List<ClientSession> all = new ArrayList<>(sessions.count());
        sessions.forEach(all::add);
        int perSecond = Math.max(MIN_PER_SECOND, all.size() / LONGEST_SECONDS);
        int perStep = Math.max(1, perSecond / STEPS_PER_SECOND);
        for (int i = 0; i < all.size(); i++) {
            ClientSession session = all.get(i);
            session.connection().execute(() -> session.disconnect(Disconnect.SHUTDOWN));
            if (i % perStep == perStep - 1) {
                LockSupport.parkNanos(1_000_000_000L / STEPS_PER_SECOND);
            }
        }
    }
}
