package io.hawser.server.storage;

import java.time.Duration;

/**
 * Bounds of a {@link SessionRecorder}. Immutable, thread-safe.
 *
 * @param maxQueued records that may wait, at least 1; more are dropped
 * @param maxBatch records written in one transaction, at least 1
 * @param linger how long a record waits for others to be written with
 * @param closeTimeout how long closing waits for what is queued
 */
public record RecorderLimits(int maxQueued, int maxBatch, Duration linger, Duration closeTimeout) {
    /** 10,000 queued, 500 a batch, 50 ms, 5 s. */
    public static final RecorderLimits DEFAULT =
            new RecorderLimits(10_000, 500, Duration.ofMillis(50), Duration.ofSeconds(5));

    public RecorderLimits {
        if (maxQueued < 1 || maxBatch < 1) {
            throw new IllegalArgumentException("a queue or batch of nothing");
        }
    }
}
