package io.hawser.cli.client;

import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt: full jitter, as the public client libraries do it.
 * Immutable, thread-safe.
 *
 * @param minMs shortest wait, milliseconds, at least 1
 * @param maxMs longest wait, milliseconds, at least {@code minMs}
 */
public record Backoff(long minMs, long maxMs) {
    /** What the public client libraries use: the first retry comes after 0.5 to 1 s. */
    public static final Backoff STANDARD = new Backoff(500, 20_000);

    private static final int MAX_DOUBLINGS = 16;

    public Backoff {
        if (minMs < 1 || maxMs < minMs) {
            throw new IllegalArgumentException("0 < minMs <= maxMs: " + minMs + ", " + maxMs);
        }
    }

    /**
     * The wait before an attempt, milliseconds.
     *
     * @param failures attempts that have failed in a row, from 0
     */
    public long delayMs(int failures, RandomGenerator random) {
        long doubled = minMs << Math.clamp(failures, 0, MAX_DOUBLINGS);
        long spread = Math.min(maxMs, doubled);
        return Math.min(maxMs, minMs + random.nextLong(spread + 1));
    }
}
