package io.hawser.grid.balance;

import io.hawser.grid.balance.Imbalance.Limits;
import io.hawser.grid.cluster.NodeInfo;

import java.util.Collection;

/**
 * Tells whether the nodes have been unevenly loaded for long enough to do something about it. For
 * one thread; knows no clock but the one it is told.
 */
public final class ImbalanceDetector {
    private static final long BALANCED = Long.MIN_VALUE;

    private final Algorithm algorithm;
    private final Limits limits;
    private long sinceMs = BALANCED;

    public ImbalanceDetector(Algorithm algorithm, Limits limits) {
        this.algorithm = algorithm;
        this.limits = limits;
    }

    /**
     * Looks at the nodes as they are at {@code nowMs}. One look at balanced nodes starts the time
     * anew.
     *
     * @param nowMs of a clock that does not go back, in milliseconds from any point; should it go
     *     back nevertheless, no time has passed
     */
    public Imbalance observe(long nowMs, Collection<NodeInfo> nodes) {
        Imbalance now = Imbalance.of(nodes, algorithm);
        if (!now.isBeyond(limits)) {
            sinceMs = BALANCED;
            return now;
        }
        if (sinceMs == BALANCED) {
            sinceMs = nowMs;
        }
        long forMs = Math.max(0, nowMs - sinceMs);
        return now.lasting(forMs, forMs >= limits.afterMs() ? recommended(nodes) : Rebalance.NONE);
    }

    private Rebalance recommended(Collection<NodeInfo> nodes) {
        Rebalance rebalance = Rebalance.of(nodes, algorithm);
        return rebalance.connections() >= limits.minConnections() ? rebalance : Rebalance.NONE;
    }
}
