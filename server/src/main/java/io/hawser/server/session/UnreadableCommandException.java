package io.hawser.server.session;

/** What came as a cluster command is none, or none that this version knows. */
public final class UnreadableCommandException extends Exception {
    UnreadableCommandException(String problem) {
        super(problem);
    }

    UnreadableCommandException(String problem, Throwable cause) {
        super(problem, cause);
    }
}
