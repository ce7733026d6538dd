package io.hawser.grid.balance;

import io.hawser.grid.cluster.NodeId;

/**
 * Connections that would be better off at another node. Immutable, thread-safe.
 *
 * @param from the node that has too many
 * @param to the node that has room
 * @param connections how many, at least 1
 */
public record Move(NodeId from, NodeId to, int connections) {
    /**
     * @throws IllegalArgumentException if it moves nothing
     */
    public Move {
        if (connections < 1 || from.equals(to)) {
            throw new IllegalArgumentException(
                    "moves nothing: " + connections + " from " + from + " to " + to);
        }
    }
}
