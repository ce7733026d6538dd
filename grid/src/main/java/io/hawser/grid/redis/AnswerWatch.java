package io.hawser.grid.redis;

/**
 * Tells a server that hangs from one that is behind: a busy one answers late, but it answers; from
 * one that hangs nothing comes at all. What is late may also be this process, which stood still
 * while answers lay in its socket: then the wait begins anew. Pure; thread-safe, without locks.
 */
final class AnswerWatch {
    private final long limitMs;
    private volatile long heardMs;
    private volatile long lookedMs;

    /**
     * @param limitMs how long nothing may come while something is awaited, in milliseconds
     * @param nowMs of a monotonic clock, here and below
     */
    AnswerWatch(long limitMs, long nowMs) {
        this.limitMs = limitMs;
        this.heardMs = nowMs;
        this.lookedMs = nowMs;
    }

    /** Something came, or is awaited only from now on. */
    void heard(long nowMs) {
        heardMs = nowMs;
    }

    /**
     * Whether nothing has come for the limit. To be asked more often than that: who asks later than
     * that has stood still.
     */
    boolean isSilent(long nowMs) {
        if (nowMs - lookedMs > limitMs) {
            heardMs = nowMs;
        }
        lookedMs = nowMs;
        return nowMs - heardMs > limitMs;
    }

    /** Whether something has come within half of the limit. */
    boolean isTalking(long nowMs) {
        return nowMs - heardMs <= limitMs / 2;
    }
}
