package io.hawser.server.admin;

/** Thrown when a client takes too long to send the body of its request. */
final class SlowBodyException extends Exception {
    private static final long serialVersionUID = 1L;
}
