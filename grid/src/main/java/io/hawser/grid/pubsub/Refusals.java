package io.hawser.grid.pubsub;

import io.hawser.grid.pubsub.BrokerException.Reason;
import io.lettuce.core.RedisCommandExecutionException;

import org.jspecify.annotations.Nullable;

/**
 * Tells whether a server that is connected does what it is asked for: it may be read-only, out of
 * memory, without its scripts. It does again with the first command that it carries out, or when
 * nothing was refused for a while: then nobody asks any more. Times are nanoseconds of a clock that
 * does not jump. Thread-safe, without locks.
 */
final class Refusals {
    /** After the last refusal. */
    static final long LASTS_NANOS = 10_000_000_000L;

    private volatile boolean refused;
    private volatile long refusedNanos;

    /**
     * What became of a command.
     *
     * @param failure null if it was carried out
     */
    void ended(@Nullable Throwable failure, long nowNanos) {
        if (failure == null) {
            if (refused) {
                refused = false;
            }
        } else if (failure instanceof BrokerException known
                && known.reason() == Reason.UNAVAILABLE
                && isAnswer(known)) {
            refusedNanos = nowNanos;
            refused = true;
        }
    }

    /** The server's own word; that it is not there shows elsewhere. */
    private static boolean isAnswer(Throwable failure) {
        Throwable cause = failure;
        while (cause != null && !(cause instanceof RedisCommandExecutionException)) {
            cause = cause.getCause();
        }
        return cause != null;
    }

    /** Whether the last command was refused, and that not long ago. */
    boolean last(long nowNanos) {
        return refused && nowNanos - refusedNanos < LASTS_NANOS;
    }
}
