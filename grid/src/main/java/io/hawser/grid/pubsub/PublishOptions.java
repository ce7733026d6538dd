package io.hawser.grid.pubsub;

import io.hawser.grid.priority.Priority;

import org.jspecify.annotations.Nullable;

/**
 * How to publish.
 *
 * @param history the channel's history
 * @param idempotencyKey publishes of one channel with the same key within five minutes are stored
 *     once and get the same position; null if not wanted
 * @param priority the lane in which it waits for the store: the channel's, or with {@link
 *     Publication#priority} that one
 */
public record PublishOptions(
        HistoryOptions history, @Nullable String idempotencyKey, Priority priority) {
    /** Without a key. */
    public static PublishOptions of(HistoryOptions history, Priority priority) {
        return new PublishOptions(history, null, priority);
    }
}
