package io.hawser.server.protocol;

/**
 * What a client sent is not a message of the protocol. Carries no stack trace, since the fault is
 * never ours.
 */
public final class BadFrameException extends Exception {
    private final String problem;

    BadFrameException(String problem) {
        super(problem, null, false, false);
        this.problem = problem;
    }

    /** What is wrong, for logs; quotes nothing of what the client sent. */
    @Override
    public String getMessage() {
        return problem;
    }
}
