package io.hawser.grid.failover;

import io.hawser.grid.cluster.NodeId;

/**
 * A recommendation: so many connections of one node would be better off at another. Immutable,
 * thread-safe.
 *
 * @param from the node that has too many
 * @param to the node that has room
 * @param connections how many, at least 1
 */
public record RebalanceMove(NodeId from, NodeId to, int connections) {
    /**
     * @throws IllegalArgumentException if it moves nothing
     */
    public RebalanceMove {
        if (connections < 1 || from.equals(to)) {
            throw new IllegalArgumentException(
                    "moves nothing: " + connections + " from " + from + " to " + to);
        }
    }
}
