package io.hawser.server;

/** The node cannot start. The message says what, why and what to do; it is meant for people. */
public final class StartException extends Exception {
    public StartException(String message, Throwable cause) {
        super(message, cause);
    }
}
