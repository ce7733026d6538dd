package io.hawser.grid.redis;

/**
 * Tells a server that hangs from one that is behind: a busy one answers late, but it answers; from
 * one that hangs nothing comes at all. What is late may also be this process, which stood still
 * while answers lay in its socket, or the thread that reads them: then the wait begins anew. Pure;
 * thread-safe, without locks.
 */
final class AnswerWatch {
    /**
     * How often in a row the reader may have been behind: hung servers are to be found even then.
     */
    private static final int EXCUSES = 4;

    private final long limitMs;
    private volatile long heardMs;
    private volatile long lookedMs;
    private volatile int excuses;

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
        if (excuses != 0) {
            excuses = 0;
        }
    }

    /**
     * The thread that reads answers turns out to have been busy with others: the wait begins anew,
     * unless that was said too often since something was last heard.
     *
     * @return whether it does
     */
    boolean excuse(long nowMs) {
        if (excuses >= EXCUSES) {
            return false;
        }
        int next = excuses + 1;
        heard(nowMs);
        excuses = next;
        return true;
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
}
