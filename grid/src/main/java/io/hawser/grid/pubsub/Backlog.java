package io.hawser.grid.pubsub;

/**
 * Tells a burst, which is soon worked off, from a backlog that stands: one that has been above the
 * usual for {@value #PATIENCE_S} s, and since then has not come down to half of it. Pure; for any
 * thread, without locks: two that ask at the same moment may disagree about that moment.
 */
final class Backlog {
    static final int PATIENCE_S = 10;

    private static final long PATIENCE_NANOS = PATIENCE_S * 1_000_000_000L;

    private final int usual;

    /** Whether more than usual has waited, and not less than half since; then since when. */
    private volatile boolean above;

    private volatile long sinceNanos;

    /**
     * @param usual how many may wait for any length of time
     */
    Backlog(int usual) {
        this.usual = usual;
    }

    /**
     * Whether no more than usual may wait now. To be asked whenever one comes.
     *
     * @param waiting how many wait
     * @param nowNanos of a monotonic clock
     */
    boolean stands(int waiting, long nowNanos) {
        if (waiting <= usual / 2) {
            above = false;
        } else if (!above && waiting >= usual) {
            sinceNanos = nowNanos;
            above = true;
        }
        return above && nowNanos - sinceNanos > PATIENCE_NANOS;
    }
}
