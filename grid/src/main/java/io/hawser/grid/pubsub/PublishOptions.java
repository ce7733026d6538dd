package io.hawser.grid.pubsub;

import io.hawser.grid.priority.Priority;

import org.jspecify.annotations.Nullable;

/**
 * How to publish.
 *
 * @param history the channel's history
 * @param idempotencyKey publishes of one channel with the same key within five minutes are stored
 *     once and get the same position; null if not wanted
 * @param version publishes only if it is newer than what the channel has, of which the broker
 *     remembers the version as long as the position; null to publish in any case
 * @param priority the lane in which it waits for the store: the channel's, or with {@link
 *     Publication#priority} that one
 */
public record PublishOptions(
        HistoryOptions history,
        @Nullable String idempotencyKey,
        @Nullable Version version,
        Priority priority) {
    /** In any case. */
    public static PublishOptions of(HistoryOptions history, Priority priority) {
        return new PublishOptions(history, null, null, priority);
    }

    /** True if it depends on what was published before whether this is. */
    public boolean conditional() {
        return idempotencyKey != null || version != null;
    }
}
