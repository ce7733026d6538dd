package io.hawser.grid.redis;

import io.lettuce.core.RedisCommandExecutionException;

import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** A command to Redis that was not done, or of which nobody knows whether it was. */
public final class RedisFailure extends RuntimeException {
    /** Errors that pass by themselves when the server recovers. */
    private static final List<String> PASSING =
            List.of(
                    "LOADING",
                    "BUSY",
                    "READONLY",
                    "MASTERDOWN",
                    "OOM",
                    "MISCONF",
                    "CLUSTERDOWN",
                    "MOVED ",
                    "ASK ",
                    "TRYAGAIN",
                    "NOREPLICAS",
                    "UNKILLABLE",
                    "NOSCRIPT");

    private static final long serialVersionUID = 1;

    /** Why. */
    public enum Kind {
        /** Not connected, no answer in time, or the server is in a state that passes. */
        UNAVAILABLE,
        /** Too much waits already; nothing was sent. */
        QUEUE_FULL,
        /** The server refused the command for good. */
        REFUSED
    }

    private final Kind kind;

    public RedisFailure(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public RedisFailure(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    /** Sorts what the driver threw. */
    public static RedisFailure of(Throwable thrown) {
        Throwable cause = unwrap(thrown);
        if (cause instanceof RedisFailure failure) {
            return failure;
        }
        String message = String.valueOf(cause.getMessage());
        boolean refused =
                cause instanceof RedisCommandExecutionException
                        && PASSING.stream().noneMatch(message::contains);
        return new RedisFailure(refused ? Kind.REFUSED : Kind.UNAVAILABLE, message, cause);
    }

    /** True if the server says that another one has the key, or is the master. */
    boolean isOfAnotherServer() {
        String message = String.valueOf(getMessage());
        return message.contains("MOVED ")
                || message.contains("READONLY")
                || message.contains("CLUSTERDOWN");
    }

    static Throwable unwrap(Throwable thrown) {
        Throwable cause = thrown;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }
}
