package io.hawser.grid.balance;

import io.hawser.grid.cluster.NodeInfo;
import io.hawser.grid.cluster.NodeLoad;

import java.util.Collection;

/**
 * How well a node could take more clients, and of what that is made. All parts are 0 to 1; a figure
 * that is no number counts as the worst one, so that a node which cannot measure itself is not
 * preferred. Immutable, thread-safe.
 *
 * @param availableCapacity 1 − connections ÷ maximum
 * @param cpu CPU time of the process over that of its cores
 * @param memory heap after the last collection over the largest heap
 * @param errorRate failed commands over all commands
 * @param throughput messages per second over the highest of any node, 0 if none has any
 */
public record Score(
        double availableCapacity, double cpu, double memory, double errorRate, double throughput) {
    private static final double CAPACITY_WEIGHT = 0.4;
    private static final double CPU_WEIGHT = 0.2;
    private static final double MEMORY_WEIGHT = 0.2;
    private static final double ERROR_WEIGHT = 0.1;
    private static final double THROUGHPUT_WEIGHT = 0.1;

    public Score {
        availableCapacity = share(availableCapacity, 0);
        cpu = share(cpu, 1);
        memory = share(memory, 1);
        errorRate = share(errorRate, 1);
        throughput = share(throughput, 0);
    }

    /**
     * The score of a node that carries {@code load}.
     *
     * @param placed clients sent there that the load does not count yet
     * @param highest messages per second of the busiest node, see {@link #highest}
     */
    public static Score of(NodeLoad load, int placed, double highest) {
        return new Score(
                1 - utilisation(load, placed),
                load.cpu(),
                load.memory(),
                load.errorRate(),
                highest > 0 ? load.messagesPerSecond() / highest : 0);
    }

    /** Messages per second of the busiest live node, 0 if there are none. */
    public static double highest(Collection<NodeInfo> nodes) {
        return nodes.stream()
                .filter(NodeInfo::isLive)
                .mapToDouble(node -> node.load().messagesPerSecond())
                .filter(Double::isFinite)
                .max()
                .orElse(0);
    }

    /** 0 to 1, where 1 is the best. */
    public double value() {
        return availableCapacity * CAPACITY_WEIGHT
                + (1 - cpu) * CPU_WEIGHT
                + (1 - memory) * MEMORY_WEIGHT
                + (1 - errorRate) * ERROR_WEIGHT
                + throughput * THROUGHPUT_WEIGHT;
    }

    /** Connections over the maximum, at least 0; a node that takes none is full. */
    static double utilisation(NodeLoad load, int placed) {
        long connections = Math.max(0L, load.connections()) + placed;
        return load.maxConnections() > 0 ? (double) connections / load.maxConnections() : 1;
    }

    private static double share(double value, double worst) {
        return Double.isNaN(value) ? worst : Math.clamp(value, 0.0, 1.0);
    }
}
