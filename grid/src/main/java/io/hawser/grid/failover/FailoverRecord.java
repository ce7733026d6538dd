package io.hawser.grid.failover;

import io.hawser.grid.cluster.NodeId;

import java.util.Map;

/**
 * One failover, as the coordinator carried it out. Immutable.
 *
 * @param node the lost node
 * @param incarnation which life of it
 * @param coordinator the node that carried it out
 * @param lostAtMs when the coordinator saw it lost, milliseconds since 1970
 * @param strategy by which it was done
 * @param connections that it had, as last heard
 * @param shares who was to take over how many of them
 * @param unplaced connections for which there was no room
 * @param outcome what came of it
 * @param moved affinity entries that were given to others
 * @param tookMs from the loss to the last entry, milliseconds
 */
public record FailoverRecord(
        NodeId node,
        long incarnation,
        NodeId coordinator,
        long lostAtMs,
        FailoverStrategy strategy,
        int connections,
        Map<String, Integer> shares,
        int unplaced,
        Outcome outcome,
        int moved,
        long tookMs) {
    /** How a failover ended. */
    public enum Outcome {
        /** The clients belong to others. */
        REASSIGNED,
        /** The node was back in time: they belong to its new life. */
        RETURNED,
        /** The grid did not answer; look-ups treat the entries as unassigned all the same. */
        FAILED
    }
}
