package io.hawser.devkit;

import org.jspecify.annotations.Nullable;

/** A program beside us did not start, answer, or stop; the message names it and its last output. */
public final class ServiceFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ServiceFailedException(String message) {
        super(message);
    }

    ServiceFailedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
