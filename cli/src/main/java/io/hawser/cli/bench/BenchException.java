package io.hawser.cli.bench;

import org.jspecify.annotations.Nullable;

/** A run could not be made. The message says why in one line, the advice what to do. */
public final class BenchException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean unreachable;
    private final String advice;

    private BenchException(
            boolean unreachable, String message, String advice, @Nullable Throwable cause) {
        super(message, cause);
        this.unreachable = unreachable;
        this.advice = advice;
    }

    static BenchException unreachable(String message, @Nullable Throwable cause) {
        return new BenchException(
                true,
                message,
                "Is the node running? Give its WebSocket address with --url.",
                cause);
    }

    static BenchException failed(String message, String advice) {
        return new BenchException(false, message, advice, null);
    }

    /** Nobody answered at all. */
    public boolean isUnreachable() {
        return unreachable;
    }

    public String advice() {
        return advice;
    }
}
