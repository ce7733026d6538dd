package io.hawser.grid.pubsub;

import org.jspecify.annotations.Nullable;

/**
 * How to publish.
 *
 * @param history the channel's history
 * @param idempotencyKey publishes of one channel with the same key within five minutes are stored
 *     once and get the same position; null if not wanted
 */
public record PublishOptions(HistoryOptions history, @Nullable String idempotencyKey) {
    public static PublishOptions of(HistoryOptions history) {
        return new PublishOptions(history, null);
    }
}
