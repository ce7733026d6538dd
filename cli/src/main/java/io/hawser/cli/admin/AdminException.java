package io.hawser.cli.admin;

/** A node did not do what was asked; the message says what and why in one line. */
public final class AdminException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why not. */
    public enum Kind {
        /** No answer: refused, unknown host, too late. */
        NOT_REACHABLE,
        /** The key is missing or wrong, or not enough. */
        DENIED,
        /** The channel's namespace is not in the node's configuration. */
        UNKNOWN_CHANNEL,
        /** The node answered with another error. */
        REFUSED,
        /** What answered does not speak as a node does. */
        NOT_HAWSER
    }

    private final Kind kind;
    private final String message;

    AdminException(Kind kind, String message) {
        super(message);
        this.kind = kind;
        this.message = message;
    }

    AdminException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.message = message;
    }

    public Kind kind() {
        return kind;
    }

    @Override
    public String getMessage() {
        return message;
    }
}
