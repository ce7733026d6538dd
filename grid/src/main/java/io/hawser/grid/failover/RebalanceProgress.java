package io.hawser.grid.failover;

/**
 * How far a node is with moving connections away. Immutable, thread-safe.
 *
 * @param running whether connections are still being told to leave
 * @param wanted how many are to move
 * @param moved how many have been told
 * @param returned of those, how many have come back to this node (by an old hint, or because the
 *     load balancer sent them); they stay
 */
public record RebalanceProgress(boolean running, int wanted, int moved, int returned) {
    /** Of a node that has not moved any. */
    public static final RebalanceProgress NONE = new RebalanceProgress(false, 0, 0, 0);
}
