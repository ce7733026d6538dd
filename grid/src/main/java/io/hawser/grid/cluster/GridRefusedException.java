package io.hawser.grid.cluster;

/**
 * The grid does not take this node, or no longer: its id is in use by a live node, or its secret or
 * its broker is another one than the grid's. The message says which; it is meant for the operator.
 */
public final class GridRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public GridRefusedException(String message) {
        super(message);
    }

    static GridRefusedException idInUse(String id, String grid) {
        return new GridRefusedException(
                "node id "
                        + id
                        + " is in use by a node that is alive (its grid member is at "
                        + grid
                        + "): give this node a node.id of its own, or stop that one first");
    }

    static GridRefusedException otherSecret(String cluster, DirectoryEntry stranger) {
        return new GridRefusedException(
                "grid.secret is not that of cluster "
                        + cluster
                        + ", whose node "
                        + stranger.id()
                        + " (grid member at "
                        + stranger.grid()
                        + ") uses the same Redis: give this node the cluster's grid.secret, or, for"
                        + " a cluster of its own, another grid.cluster_name and another Redis");
    }
}
