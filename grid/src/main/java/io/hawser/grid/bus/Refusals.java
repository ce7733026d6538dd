package io.hawser.grid.bus;

import io.hawser.grid.redis.RedisFailure;

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

    /** A command was carried out. */
    void carriedOut() {
        if (refused) {
            refused = false;
        }
    }

    /**
     * A command was not; only the server's own word counts: that it is not there shows elsewhere.
     */
    void failed(RedisFailure failure, long nowNanos) {
        if (failure.isAnswer() && failure.kind() == RedisFailure.Kind.UNAVAILABLE) {
            refusedNanos = nowNanos;
            refused = true;
        }
    }

    /** Whether the last command was refused, and that not long ago. */
    boolean last(long nowNanos) {
        return refused && nowNanos - refusedNanos < LASTS_NANOS;
    }
}
