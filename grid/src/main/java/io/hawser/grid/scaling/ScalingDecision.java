package io.hawser.grid.scaling;

import java.util.List;

/**
 * That the cluster shall have more or fewer nodes, and why. Immutable, thread-safe.
 *
 * @param number its place among all decisions of the cluster, from 1
 * @param timeMs when, milliseconds since 1970 by the coordinator's clock
 * @param coordinator node that decided
 * @param dryRun true if no command was run for it
 * @param reason for people: the figure and its threshold
 * @param fromNodes nodes that serve or are about to
 * @param toNodes how many there shall be
 * @param nodes which ones to start or stop; of those to start empty if they have no names
 * @param figures on which it was decided
 */
public record ScalingDecision(
        long number,
        long timeMs,
        String coordinator,
        boolean dryRun,
        Direction direction,
        Trigger trigger,
        String reason,
        int fromNodes,
        int toNodes,
        List<String> nodes,
        ScalingFigures figures) {

    /** Up or down. */
    public enum Direction {
        /** More nodes. */
        UP,
        /** Fewer nodes. */
        DOWN
    }

    /** What brought it about. */
    public enum Trigger {
        /** The cluster's utilisation is high. */
        CLUSTER_UTILISATION,
        /** One node's utilisation is high. */
        NODE_UTILISATION,
        /** Messages take long. */
        LATENCY,
        /** Suddenly more commands fail than usual. */
        ERROR_RATE,
        /** The cluster's utilisation will be high, going by its course so far. */
        FORECAST,
        /** The cluster's utilisation has been low for long. */
        LOW_UTILISATION
    }

    public ScalingDecision {
        nodes = List.copyOf(nodes);
    }
}
