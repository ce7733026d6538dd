package io.hawser.grid.scaling;

import java.util.List;

/**
 * When to scale. Shares are 0 to 1, times milliseconds. Immutable, thread-safe.
 *
 * @param minNodes never fewer; down only from at least twice as many
 * @param maxNodes never more
 * @param step nodes that one decision adds or removes
 * @param measures what utilisation is made of, at least one
 * @param names nodes that may be started and stopped, in the order in which they are started; empty
 *     if any may be, and new ones have no name
 * @param hysteresis share by which a figure must fall back before its time begins anew, and by
 *     which the rest of the nodes must stay below {@link Up#utilisation} after a removal
 * @param arrivalMs how long a decision may take to show; until then it is not followed by another
 *     that builds on it
 */
public record ScalingPolicy(
        int minNodes,
        int maxNodes,
        int step,
        List<Measure> measures,
        List<String> names,
        double hysteresis,
        long arrivalMs,
        Up up,
        Down down,
        Forecast forecast) {

    /**
     * When nodes are added: if any of these holds for {@code sustainedMs}.
     *
     * @param utilisation of the cluster
     * @param nodeUtilisation of any one node
     * @param p99Ms of the cluster's latency
     * @param minMessages in ten seconds, below which latency says nothing
     * @param errorRate failed ÷ all commands; it must also be a spike
     * @param errorSpike how many times what is usual makes one
     * @param usualMs about how far back what is usual reaches
     * @param minCommands in ten seconds, below which the error rate says nothing
     * @param cooldownMs after any decision
     */
    public record Up(
            double utilisation,
            double nodeUtilisation,
            double p99Ms,
            long minMessages,
            double errorRate,
            double errorSpike,
            long usualMs,
            long minCommands,
            long sustainedMs,
            long cooldownMs) {}

    /**
     * When nodes are removed.
     *
     * @param utilisation of the cluster, below it
     * @param cooldownMs after any decision
     */
    public record Down(double utilisation, long sustainedMs, long cooldownMs) {}

    /**
     * How the load to come is reckoned.
     *
     * @param enabled false: not at all
     * @param horizonMs how far ahead
     * @param sampleMs between two values
     * @param seasonMs after which the load repeats; 0 if it does not
     * @param level weight of the newest value in the level, 0 to 1
     * @param trend weight of the newest change in the trend, 0 to 1
     * @param season weight of the newest value in its time of the season, 0 to 1
     */
    public record Forecast(
            boolean enabled,
            long horizonMs,
            long sampleMs,
            long seasonMs,
            double level,
            double trend,
            double season) {}

    /**
     * @throws IllegalArgumentException if the bounds contradict each other
     */
    public ScalingPolicy {
        if (minNodes < 1 || maxNodes < minNodes || step < 1) {
            throw new IllegalArgumentException(
                    "nodes from %d to %d by %d".formatted(minNodes, maxNodes, step));
        }
        if (measures.isEmpty()) {
            throw new IllegalArgumentException("nothing to measure utilisation by");
        }
        measures = List.copyOf(measures);
        names = List.copyOf(names);
    }
}
