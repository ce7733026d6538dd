package io.hawser.grid.stream;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Spreads the regular checks of all channels of a node, so that they are never more than so many a
 * second. A node with more channels than fit checks each less often. Thread-safe; time is passed
 * in.
 */
public final class CheckPace {
    /** A node's checks; each channel's comes within 40 s up to 38,000 channels. */
    public static final int CHECKS_PER_SECOND = 1000;

    private final long spacingUs;
    private final AtomicLong nextFreeUs = new AtomicLong(Long.MIN_VALUE);

    /**
     * @param perSecond 1 to 1,000,000
     */
    public CheckPace(int perSecond) {
        spacingUs = 1_000_000 / perSecond;
    }

    /** Takes the next free moment, in ms: {@code nowMs} or later. It is the caller's alone. */
    long reserve(long nowMs) {
        long nowUs = nowMs * 1000;
        long nextUs = nextFreeUs.updateAndGet(freeUs -> Math.max(freeUs, nowUs) + spacingUs);
        return Math.ceilDiv(nextUs - spacingUs, 1000L);
    }
}
