package io.hawser.server.http;

/** Thrown when a client takes too long to send the body of its request. */
public final class SlowBodyException extends Exception {
    private static final long serialVersionUID = 1L;
}
