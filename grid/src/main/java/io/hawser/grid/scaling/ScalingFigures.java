package io.hawser.grid.scaling;

import org.jspecify.annotations.Nullable;

/**
 * What scaling goes by, at one moment. Shares are 0 to 1. Immutable, thread-safe.
 *
 * @param nodes that serve or are about to
 * @param utilisation of the nodes that serve, together
 * @param highestNode of all that serve, the one with the highest utilisation; empty if none serves
 * @param highestUtilisation that node's
 * @param p99Ms of the cluster's latency, milliseconds; 0 with too few messages
 * @param errorRate failed ÷ all commands; 0 with too few commands
 * @param usualErrorRate what it mostly is
 * @param forecast utilisation at the forecast's horizon with the nodes of now, less the error that
 *     forecasts had so far; null if there is no telling yet
 */
public record ScalingFigures(
        int nodes,
        double utilisation,
        String highestNode,
        double highestUtilisation,
        double p99Ms,
        double errorRate,
        double usualErrorRate,
        @Nullable Double forecast) {
    /** Of a cluster that nothing is known of. */
    public static final ScalingFigures NONE = new ScalingFigures(0, 0, "", 0, 0, 0, 0, null);
}
