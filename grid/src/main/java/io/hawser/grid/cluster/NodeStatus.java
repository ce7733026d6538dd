package io.hawser.grid.cluster;

/** Where a node is in its life. */
public enum NodeStatus {
    /** In the grid, not yet serving. */
    STARTING,
    /** Serving. */
    ACTIVE,
    /** Serving those it has, taking nobody new. */
    DRAINING,
    /** Said goodbye. */
    LEFT,
    /** Not heard for a while; not yet given up. */
    SUSPECT,
    /** Given up: crashed, hung or cut off. */
    OFFLINE,
    /** Has cut itself off from clients because it cannot see the grid. */
    FENCED;

    /** True if the node counts as a part of the grid: its clients are there, it answers. */
    public boolean isLive() {
        return switch (this) {
            case STARTING, ACTIVE, DRAINING, SUSPECT -> true;
            case LEFT, OFFLINE, FENCED -> false;
        };
    }
}
