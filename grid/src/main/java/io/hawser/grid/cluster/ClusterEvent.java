package io.hawser.grid.cluster;

import io.hawser.grid.heartbeat.FenceReason;

/** What happened to the grid, as this node sees it. */
public sealed interface ClusterEvent {
    /** A node is there: it started, or is back after a split. */
    record NodeJoined(NodeInfo node) implements ClusterEvent {}

    /** A live node changed its status and is still live, or has fenced itself. */
    record NodeChanged(NodeInfo before, NodeInfo node) implements ClusterEvent {}

    /** A node said goodbye. */
    record NodeLeft(NodeInfo node) implements ClusterEvent {}

    /** A node is gone without a goodbye, or a newer incarnation of it has taken its place. */
    record NodeLost(NodeInfo node) implements ClusterEvent {}

    /** This node must not serve; see {@link FenceReason#isFinal}. */
    record Fenced(FenceReason reason) implements ClusterEvent {}

    /** This node may serve again. */
    record Unfenced() implements ClusterEvent {}

    /**
     * No majority of the nodes can be heard, and none is known to be elsewhere.
     *
     * @param lasts false when it is over
     */
    record NoQuorum(boolean lasts) implements ClusterEvent {}

    /** This node's part of the grid was merged into a larger one. */
    record Merged() implements ClusterEvent {}
}
