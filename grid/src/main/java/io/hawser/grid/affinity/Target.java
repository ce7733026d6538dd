package io.hawser.grid.affinity;

import io.hawser.grid.cluster.NodeInfo;

import java.io.Serializable;

/**
 * A node that takes over clients of another one. Immutable, thread-safe.
 *
 * @param node id of the node
 * @param incarnation which life of it
 * @param weight share of the clients relative to the other targets, at least 1
 */
public record Target(String node, long incarnation, int weight) implements Serializable {
    /**
     * @throws IllegalArgumentException if {@code weight} is below 1
     */
    public Target {
        if (weight < 1) {
            throw new IllegalArgumentException("a weight below 1: " + weight);
        }
    }

    /** The node as it is now. */
    public static Target of(NodeInfo node, int weight) {
        return new Target(node.id().value(), node.incarnation(), weight);
    }
}
