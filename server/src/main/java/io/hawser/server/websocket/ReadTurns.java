package io.hawser.server.websocket;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Whose turn it is to be read by an I/O thread. Each time round, all sockets that have little are
 * read, and a few of those that have more than their share: those that were not read for longest.
 * So a client that says little does not wait for a crowd that never stops: it waited for a second
 * beside 50 that did. For its thread.
 */
final class ReadTurns {
    /** What a socket takes in at once; with less, what belongs together is answered apart. */
    static final int SHARE_BYTES = 16 * 1024;

    /** What those that have more take in together, each time round. */
    static final int ROUND_BYTES = 16 * 1024;

    private static final int AT_ONCE = ROUND_BYTES / SHARE_BYTES;

    private final Queue<Place> waiting = new ArrayDeque<>();
    private int share = ROUND_BYTES;
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
        if (!place.hasMore) {
            return SHARE_BYTES;
        }
        return place.isDue ? share : 0;
    }

    /** Whoever is ready twice has been round. */
    private void next() {
        round++;
        share = ROUND_BYTES / Math.clamp(waiting.size(), 1, AT_ONCE);
        for (int due = 0; due < AT_ONCE && !waiting.isEmpty(); ) {
            Place place = waiting.remove();
            if (!place.gone) {
                place.isDue = true;
                due++;
            }
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
