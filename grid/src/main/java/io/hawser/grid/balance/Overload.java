package io.hawser.grid.balance;

/**
 * Whether a node is overloaded: from when it has as many connections as it may have, until there
 * has been room again for a while. For one thread; knows no clock but the one it is told.
 */
public final class Overload {
    /** Room that ends it, as one part of so many; at least one connection. */
    static final int ROOM_SHARE = 20;

    /** For so long; one client that goes and another that comes are no change. */
    static final long ROOM_MS = 1_000;

    private static final long NO_ROOM = Long.MIN_VALUE;

    private final int maxConnections;
    private final int enough;
    private boolean overloaded;
    private long roomSinceMs = NO_ROOM;

    /**
     * @param maxConnections at least 1
     */
    public Overload(int maxConnections) {
        this.maxConnections = maxConnections;
        this.enough = maxConnections - Math.max(1, maxConnections / ROOM_SHARE);
    }

    /**
     * Looks at the node as it is at {@code nowMs}, and tells whether it is overloaded.
     *
     * @param nowMs of a clock that does not go back, in milliseconds from any point
     */
    public boolean observe(long nowMs, int connections) {
        if (connections >= maxConnections) {
            overloaded = true;
        }
        if (connections > enough) {
            roomSinceMs = NO_ROOM;
        } else if (roomSinceMs == NO_ROOM) {
            roomSinceMs = nowMs;
        }
        if (roomSinceMs != NO_ROOM && nowMs - roomSinceMs >= ROOM_MS) {
            overloaded = false;
        }
        return overloaded;
    }
}
