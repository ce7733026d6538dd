package io.hawser.grid.cluster;

import org.jspecify.annotations.Nullable;

/** The {@link NodeDirectory} did not answer in time, or not as it should. */
public final class DirectoryException extends RuntimeException {
    public DirectoryException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
