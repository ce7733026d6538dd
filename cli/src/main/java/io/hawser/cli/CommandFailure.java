package io.hawser.cli;

/**
 * Ends a command with a message for people. The message says what went wrong and why in one line;
 * the advice says what to do.
 */
final class CommandFailure extends RuntimeException {
    /** What to do when a node does not know a channel. */
    static final String NAMESPACE_ADVICE =
            "What stands before the colon is the namespace: is it in the node's configuration"
                    + " (namespaces)?";

    private static final long serialVersionUID = 1L;

    private final int exitCode;
    private final String message;
    private final String advice;

    /**
     * @param exitCode of {@link ExitCode}
     * @param advice one line; empty if there is nothing to say
     */
    CommandFailure(int exitCode, String message, String advice) {
        super(message);
        this.exitCode = exitCode;
        this.message = message;
        this.advice = advice;
    }

    CommandFailure(int exitCode, String message, String advice, Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
        this.message = message;
        this.advice = advice;
    }

    @Override
    public String getMessage() {
        return message;
    }

    int exitCode() {
        return exitCode;
    }

    String advice() {
        return advice;
    }
}
