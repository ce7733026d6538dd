package io.hawser.grid.pubsub;

/**
 * Bounds of publishing, for the whole of a broker.
 *
 * @param queue publishes that may wait for the connection to the store, at least 1
 * @param compressAboveBytes longer bodies are compressed on the bus and in streams; 0 for none
 * @param idempotencyMax idempotency keys that a channel remembers at once, at least 1; beyond it a
 *     publish with a new key is refused
 */
public record PublishLimits(int queue, int compressAboveBytes, int idempotencyMax) {
    /** 166 publishes with a key each second; some 15 MB of Redis if one channel has them all. */
    public static final int DEFAULT_IDEMPOTENCY_MAX = 50_000;

    /** What the configuration has by default. */
    public static final PublishLimits DEFAULT =
            new PublishLimits(RedisBroker.DEFAULT_PUBLISH_QUEUE, 0, DEFAULT_IDEMPOTENCY_MAX);

    public PublishLimits {
        if (queue < 1 || compressAboveBytes < 0 || idempotencyMax < 1) {
            throw new IllegalArgumentException(
                    "queue %d, compress above %d, idempotency max %d"
                            .formatted(queue, compressAboveBytes, idempotencyMax));
        }
    }
}
