package io.hawser.grid.redis;

import io.lettuce.core.RedisCommandExecutionException;

import org.jspecify.annotations.Nullable;

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
    private final boolean isAnswer;

    public RedisFailure(Kind kind, String message) {
        super(message);
        this.kind = kind;
        this.isAnswer = false;
    }

    public RedisFailure(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.isAnswer = false;
    }

    /** What the server answered. */
    private RedisFailure(String error, @Nullable Throwable cause) {
        super(error, cause);
        this.kind = isPassing(error) ? Kind.UNAVAILABLE : Kind.REFUSED;
        this.isAnswer = true;
    }

    public Kind kind() {
        return kind;
    }

    /** The server answered with an error. */
    static RedisFailure answered(String error) {
        return new RedisFailure(error, null);
    }

    private static boolean isPassing(String error) {
        return PASSING.stream().anyMatch(error::contains);
    }

    /** Sorts what the driver threw. */
    public static RedisFailure of(Throwable thrown) {
        Throwable cause = unwrap(thrown);
        if (cause instanceof RedisFailure failure) {
            return failure;
        }
        String message = String.valueOf(cause.getMessage());
        return cause instanceof RedisCommandExecutionException
                ? new RedisFailure(message, cause)
                : new RedisFailure(Kind.UNAVAILABLE, message, cause);
    }

    /** Whether it is the server's own word, not that of who could not ask it. */
    public boolean isAnswer() {
        return isAnswer;
    }

    /** True if the server does not know the script. */
    boolean isOfUnknownScript() {
        return String.valueOf(getMessage()).startsWith("NOSCRIPT");
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
