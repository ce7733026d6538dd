package io.hawser.grid.failover;

import java.time.Duration;

/**
 * How a node is to send its clients away. Immutable, thread-safe.
 *
 * @param ratePerSecond connections told to leave a second, 1 to {@value #MAX_RATE}
 * @param grace by when the last of them has been told, up to {@link #MAX_GRACE}; where the rate is
 *     too low for that, it is raised
 * @param force also if no other node takes clients
 */
public record DrainOrder(int ratePerSecond, Duration grace, boolean force) {
    public static final int MAX_RATE = 1_000_000;
    public static final Duration MAX_GRACE = Duration.ofHours(1);

    /**
     * @throws IllegalArgumentException if a value is out of its range
     */
    public DrainOrder {
        if (ratePerSecond < 1 || ratePerSecond > MAX_RATE) {
            throw new IllegalArgumentException("rate out of 1.." + MAX_RATE + ": " + ratePerSecond);
        }
        if (grace.isNegative() || grace.compareTo(MAX_GRACE) > 0) {
            throw new IllegalArgumentException("grace out of 0.." + MAX_GRACE + ": " + grace);
        }
    }
}
