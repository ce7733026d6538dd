package io.hawser.server.delta;

/** A delta cannot be applied. Carries no stack trace, since the fault is the sender's. */
public final class BadDeltaException extends Exception {
    BadDeltaException(String problem) {
        super(problem, null, false, false);
    }
}
