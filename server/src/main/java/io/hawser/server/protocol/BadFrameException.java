package io.hawser.server.protocol;

/**
 * What a client sent is not a message of the protocol. Carries no stack trace, since the fault is
 * never ours.
 */
public final class BadFrameException extends Exception {
    BadFrameException(String problem) {
        super(problem, null, false, false);
    }
}
