package io.hawser.server.filter;

/**
 * A client sent a filter that means nothing or is too large. Carries no stack trace, since the
 * fault is never ours.
 */
public final class BadFilterException extends Exception {
    private final String problem;

    BadFilterException(String problem) {
        super(problem, null, false, false);
        this.problem = problem;
    }

    /** What is wrong, for the client; quotes nothing of what it sent. */
    @Override
    public String getMessage() {
        return problem;
    }
}
