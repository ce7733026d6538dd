package io.hawser.server.session;

import io.hawser.server.protocol.Disconnect;

import org.jspecify.annotations.Nullable;

/**
 * How a client is sent away in order: what it has asked is answered, what it asks from now on is
 * not taken. Confined to the I/O thread.
 */
final class Farewell {
    /** Commands taken and not answered yet. */
    private int unanswered;

    /** Why the client has to go; null if it may stay. */
    private @Nullable Disconnect reason;

    private long deadlineMs;
    private long limitMs;

    void taken() {
        unanswered++;
    }

    void answered() {
        unanswered = Math.max(0, unanswered - 1);
    }

    /**
     * @param longestMs how long it may stay for its answers
     */
    void begin(Disconnect why, long nowMs, long longestMs) {
        reason = why;
        deadlineMs = nowMs + longestMs;
        limitMs = longestMs;
    }

    boolean hasBegun() {
        return reason != null;
    }

    /** Why the client has to go now; null if it may stay, or stay for its answers. */
    @Nullable Disconnect due() {
        return unanswered == 0 ? reason : null;
    }

    /**
     * The same, with what is unanswered given up at the deadline; also when the wall clock was set
     * back, or the client would stay for as long.
     */
    @Nullable Disconnect due(long nowMs) {
        return nowMs > deadlineMs || deadlineMs - nowMs > limitMs ? reason : due();
    }
}
