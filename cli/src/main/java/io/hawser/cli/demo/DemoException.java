package io.hawser.cli.demo;

/** The demo cannot do what was asked; the message says why in one line, or with a log's tail. */
public final class DemoException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What kind of trouble it is. */
    public enum Kind {
        /** What was asked makes no sense: there is no node of that number. */
        USAGE,
        /** No demo runs. */
        NOT_RUNNING,
        /** It was tried and did not work. */
        FAILED
    }

    private final Kind kind;
    private final String message;
    private final String advice;

    DemoException(Kind kind, String message, String advice) {
        super(message);
        this.kind = kind;
        this.message = message;
        this.advice = advice;
    }

    DemoException(Kind kind, String message, String advice, Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.message = message;
        this.advice = advice;
    }

    public Kind kind() {
        return kind;
    }

    @Override
    public String getMessage() {
        return message;
    }

    /** What to do, one line; empty if there is nothing to say. */
    public String advice() {
        return advice;
    }
}
