package io.hawser.server.storage;

/** There is no database, or it was never reached. Trying again later may help. */
public final class DatabaseUnavailableException extends RuntimeException {
    DatabaseUnavailableException(String message) {
        super(message);
    }
}
