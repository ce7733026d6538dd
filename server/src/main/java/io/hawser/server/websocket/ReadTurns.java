package io.hawser.server.websocket;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Whose turn it is to be read by an I/O thread. Each time round, all sockets that have little are
 * read, and of those that have more than their share the one that was not read for longest. So a
 * client that says little does not wait for a crowd that never stops: it waited for a second beside
 * 50 that did. For its thread.
 */
final class ReadTurns {
    /** What a socket takes in at once; with less, what belongs together is answered apart. */
    static final int SHARE_BYTES = 16 * 1024;

    private final Queue<Place> waiting = new ArrayDeque<>();
    private long round;

    /** One socket's place among those of its thread. */
    static final class Place {
        private long seen = -1;

        /** It filled its share the last time. */
        private boolean hasMore;

        private boolean isDue;
        private boolean gone;

        /** Its socket was closed. */
        void leave() {
            gone = true;
        }
    }

    /**
     * A socket has something to read. It is asked again as long as it has.
     *
     * @return how many bytes it may take in now; 0 if others come first
     */
    int ready(Place place) {
        if (place.seen == round) {
            next();
        }
        place.seen = round;
        return place.isDue || !place.hasMore ? SHARE_BYTES : 0;
    }

    /** Whoever is ready twice has been round. */
    private void next() {
        round++;
        Place next = waiting.poll();
        while (next != null && next.gone) {
            next = waiting.poll();
        }
        if (next != null) {
            next.isDue = true;
        }
    }

    /**
     * A socket was read.
     *
     * @param filled whether it had as much as it might take, so that there may be more
     */
    void read(Place place, boolean filled) {
        place.isDue = false;
        place.hasMore = filled;
        if (filled) {
            waiting.add(place);
        }
    }
}
