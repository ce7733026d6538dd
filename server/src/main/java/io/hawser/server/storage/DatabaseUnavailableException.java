package io.hawser.server.storage;

/**
 * There is no database, it was never reached, or it did not do what was asked. Trying again later
 * may help.
 */
public final class DatabaseUnavailableException extends RuntimeException {
    DatabaseUnavailableException(String message) {
        super(message);
    }

    DatabaseUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
