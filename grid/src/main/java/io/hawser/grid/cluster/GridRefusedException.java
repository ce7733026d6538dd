package io.hawser.grid.cluster;

/**
 * The grid does not take this node, or no longer: its id is in use by a live node, or its broker is
 * another one than the grid's. The message says which; it is meant for the operator.
 */
public final class GridRefusedException extends RuntimeException {
    public GridRefusedException(String message) {
        super(message);
    }
}
