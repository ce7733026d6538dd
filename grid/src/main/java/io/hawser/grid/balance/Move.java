package io.hawser.grid.balance;

import io.hawser.grid.cluster.NodeId;

/**
 * Connections that should go from one node to another. Immutable, thread-safe.
 *
 * @param connections how many, at least 1
 */
public record Move(NodeId from, NodeId to, int connections) {}
