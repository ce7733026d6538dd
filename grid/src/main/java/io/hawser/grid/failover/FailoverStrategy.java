package io.hawser.grid.failover;

import io.hawser.grid.cluster.NodeInfo;

/**
 * When the clients of a lost node are given to others. Whatever it is, a client that connects
 * meanwhile is served at once by the node that it comes to, and belongs there.
 */
public enum FailoverStrategy {
    /** At once. */
    IMMEDIATE,
    /** After a grace: a node that is back within it keeps its clients, and ends the wait. */
    GRACEFUL,
    /**
     * All of them after 10 to 30 seconds, so that several failures do not come on top of each
     * other; each failure has its own time, the same on every node.
     */
    DELAYED;

    private static final long MIN_DELAY_MS = 10_000;
    private static final long MAX_DELAY_MS = 30_000;

    /**
     * How long to wait, milliseconds.
     *
     * @param lost the node that was lost
     * @param graceMs the grace
     */
    public long delayMs(NodeInfo lost, long graceMs) {
        return switch (this) {
            case IMMEDIATE -> 0;
            case GRACEFUL -> graceMs;
            case DELAYED ->
                    MIN_DELAY_MS + Math.floorMod(mixed(lost), MAX_DELAY_MS - MIN_DELAY_MS + 1);
        };
    }

    /** Neighbouring ids and incarnations are to come far apart (the finalizer of SplitMix64). */
    private static long mixed(NodeInfo lost) {
        long bits = lost.id().value().hashCode() * 31L + lost.incarnation();
        bits = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
        bits = (bits ^ (bits >>> 27)) * 0x94d049bb133111ebL;
        return bits ^ (bits >>> 31);
    }
}
