package io.hawser.server.session;

import java.util.concurrent.ThreadLocalRandom;

/** When a client is pinged, and how long its pong is due. Confined to the I/O thread. */
final class PingTimer {
    private long nextPingMs;

    /** When the last ping was sent if no pong has come yet, else 0. */
    private long sentMs;

    /**
     * The first ping is spread over [T/2, T], so that clients that came together are not pinged
     * together.
     */
    void start(long nowMs, long intervalMs) {
        nextPingMs =
                nowMs + intervalMs / 2 + ThreadLocalRandom.current().nextLong(intervalMs / 2 + 1);
    }

    /** Also when the wall clock was set back, or nobody would be pinged for as long. */
    boolean isDue(long nowMs, long intervalMs) {
        return nowMs >= nextPingMs || nextPingMs - nowMs > intervalMs;
    }

    /**
     * @param answered whether clients of this kind send a pong
     */
    void sent(long nowMs, long intervalMs, boolean answered) {
        sentMs = answered ? nowMs : 0;
        nextPingMs = nowMs + intervalMs;
    }

    boolean isOverdue(long nowMs, long timeoutMs) {
        return sentMs != 0 && nowMs - sentMs > timeoutMs;
    }

    /**
     * A pong has come.
     *
     * @return false if none was due
     */
    boolean pong() {
        boolean due = sentMs != 0;
        sentMs = 0;
        return due;
    }

    /**
     * This node, not the client, did nothing for so long: a pong that is due gets that time too.
     */
    void stalled(long ms) {
        if (sentMs != 0) {
            sentMs += ms;
        }
    }
}
