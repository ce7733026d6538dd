package io.hawser.cli.bench;

/** A node sent what is not the protocol. */
final class BadMessageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BadMessageException(String message) {
        super(message);
    }
}
