package io.hawser.grid.cluster;

/** The grid member could not start: its port is in use, or the grid did not answer in time. */
public final class GridStartException extends RuntimeException {
    public GridStartException(String message, Throwable cause) {
        super(message, cause);
    }
}
