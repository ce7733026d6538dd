package io.hawser.grid.failover;

import java.util.random.RandomGenerator;

/**
 * When the clients of a lost node are given to others. Whatever it is, a client that connects
 * meanwhile is served at once by the node that it comes to, and belongs there.
 */
public enum FailoverStrategy {
    /** At once. */
    IMMEDIATE,
    /** After a grace: a node that is back within it keeps its clients, and ends the wait. */
    GRACEFUL,
    /** After 10 to 30 seconds, so that several failures do not come on top of each other. */
    DELAYED;

    private static final long MIN_DELAY_MS = 10_000;
    private static final long MAX_DELAY_MS = 30_000;

    /**
     * How long to wait, milliseconds.
     *
     * @param graceMs the grace
     */
    public long delayMs(long graceMs, RandomGenerator random) {
        return switch (this) {
            case IMMEDIATE -> 0;
            case GRACEFUL -> graceMs;
            case DELAYED -> random.nextLong(MIN_DELAY_MS, MAX_DELAY_MS + 1);
        };
    }
}
