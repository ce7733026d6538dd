package io.hawser.grid.balance;

import io.hawser.grid.cluster.NodeInfo;

import java.util.List;

/** Where a client is sent. Immutable, thread-safe. */
public sealed interface Choice {
    /**
     * To a node.
     *
     * @param alternatives other nodes that take clients, the best one first
     * @param reason why this node, in words
     */
    record Found(NodeInfo node, List<NodeInfo> alternatives, String reason) implements Choice {
        public Found {
            alternatives = List.copyOf(alternatives);
        }
    }

    /**
     * Nowhere now.
     *
     * @param reason why, in words
     */
    record Nowhere(String reason) implements Choice {}
}
