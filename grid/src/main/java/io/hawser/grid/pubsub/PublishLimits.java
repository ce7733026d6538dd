package io.hawser.grid.pubsub;

import java.time.Duration;

/**
 * Bounds of publishing, for the whole of a broker.
 *
 * @param queue publishes that may wait for the connection to the store, at least 1
 * @param compressAboveBytes longer bodies are compressed on the bus and in streams; 0 for none
 * @param idempotencyMax idempotency keys that a channel remembers at once, at least 1; beyond it a
 *     publish with a new key is refused
 * @param batchSize publications of one channel that go to the store together at most, 1 (none) to
 *     1,000
 * @param batchDelay how long the first of them may wait for the others, up to 1 s; zero for none
 */
public record PublishLimits(
        int queue, int compressAboveBytes, int idempotencyMax, int batchSize, Duration batchDelay) {
    /** 166 publishes with a key each second; some 15 MB of Redis if one channel has them all. */
    public static final int DEFAULT_IDEMPOTENCY_MAX = 50_000;

    /** Default of {@code client.publish_queue}. */
    private static final int DEFAULT_QUEUE = 4096;

    /** The largest {@link #batchSize}. */
    public static final int MAX_BATCH = 1000;

    /** The longest {@link #batchDelay}. */
    public static final Duration MAX_BATCH_DELAY = Duration.ofSeconds(1);

    /** What the configuration has by default. */
    public static final PublishLimits DEFAULT =
            new PublishLimits(DEFAULT_QUEUE, 0, DEFAULT_IDEMPOTENCY_MAX);

    public PublishLimits {
        if (queue < 1 || compressAboveBytes < 0 || idempotencyMax < 1) {
            throw new IllegalArgumentException(
                    "queue %d, compress above %d, idempotency max %d"
                            .formatted(queue, compressAboveBytes, idempotencyMax));
        }
        if (batchSize < 1
                || batchSize > MAX_BATCH
                || batchDelay.isNegative()
                || batchDelay.compareTo(MAX_BATCH_DELAY) > 0) {
            throw new IllegalArgumentException(
                    "batch size %d, batch delay %s".formatted(batchSize, batchDelay));
        }
    }

    /** Without batches. */
    public PublishLimits(int queue, int compressAboveBytes, int idempotencyMax) {
        this(queue, compressAboveBytes, idempotencyMax, 1, Duration.ZERO);
    }

    /** Whether publications wait for others of their channel. */
    public boolean inBatches() {
        return batchSize > 1 && batchDelay.isPositive();
    }
}
