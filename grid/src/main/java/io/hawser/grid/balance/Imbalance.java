package io.hawser.grid.balance;

import io.hawser.grid.cluster.NodeInfo;
import io.hawser.grid.cluster.NodeStatus;

import java.util.Collection;

/**
 * How unevenly the active nodes are loaded, each compared with its share. Immutable, thread-safe.
 *
 * @param variation coefficient of variation of the nodes' connections per share: standard deviation
 *     over mean, 0 if all carry what they should
 * @param ratio connections per share of the worst loaded node over those of the best one, at least
 *     1; infinite if that one has none
 * @param forMs for how long it has been beyond the limits, in milliseconds; 0 if it is not
 * @param rebalance what to move; no moves unless the imbalance lasts and is worth it
 */
public record Imbalance(double variation, double ratio, long forMs, Rebalance rebalance) {
    /** Of a cluster that nothing is known of yet. */
    public static final Imbalance NONE = new Imbalance(0, 1, 0, Rebalance.NONE);

    /**
     * When the nodes are too unevenly loaded.
     *
     * @param variation coefficient of variation above which they are
     * @param ratio worst over best above which they are
     * @param afterMs how long they have to be before anything is recommended
     * @param minConnections smallest number of connections that is worth moving
     */
    public record Limits(double variation, double ratio, long afterMs, int minConnections) {}

    static Imbalance of(Collection<NodeInfo> nodes, Algorithm algorithm) {
        double[] loads =
                nodes.stream()
                        .filter(node -> counts(node) && algorithm.shareOf(node) > 0)
                        .mapToDouble(node -> (double) connections(node) / algorithm.shareOf(node))
                        .toArray();
        double worst = 0;
        double best = Double.POSITIVE_INFINITY;
        double sum = 0;
        for (double load : loads) {
            worst = Math.max(worst, load);
            best = Math.min(best, load);
            sum += load;
        }
        if (loads.length < 2 || sum == 0) {
            return NONE;
        }
        return new Imbalance(variation(loads, sum / loads.length), worst / best, 0, Rebalance.NONE);
    }

    private static double variation(double[] loads, double mean) {
        double squares = 0;
        for (double load : loads) {
            squares += (load - mean) * (load - mean);
        }
        return Math.sqrt(squares / loads.length) / mean;
    }

    boolean isBeyond(Limits limits) {
        return variation > limits.variation || ratio > limits.ratio;
    }

    Imbalance lasting(long ms, Rebalance recommended) {
        return new Imbalance(variation, ratio, ms, recommended);
    }

    /** Only who gives and takes clients is compared: a draining node empties itself. */
    static boolean counts(NodeInfo node) {
        return node.status() == NodeStatus.ACTIVE && node.load().maxConnections() > 0;
    }

    static long connections(NodeInfo node) {
        return Math.max(0, node.load().connections());
    }
}
