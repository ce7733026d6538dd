package io.hawser.grid.presence;

/** Who is in a channel cannot be said now; asking again later may help. */
public final class PresenceException extends RuntimeException {
    public PresenceException(String message, Throwable cause) {
        super(message, cause);
    }

    public PresenceException(String message) {
        super(message);
    }
}
