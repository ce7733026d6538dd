package io.hawser.grid.affinity;

/** The grid, or Redis, did not say where clients belong, or did not take it in. */
public final class AffinityException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    AffinityException(String message, Throwable cause) {
        super(message, cause);
    }

    AffinityException(String message) {
        super(message);
    }
}
