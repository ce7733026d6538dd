package io.hawser.cli.admin;

import io.hawser.grid.priority.Priority;

import org.jspecify.annotations.Nullable;

/**
 * A publication for the server API. Immutable.
 *
 * @param data one JSON value, sent as it is
 * @param idempotencyKey repeating a publish with the same key stores it once; empty for none
 * @param priority null for the channel's own
 */
public record PublishRequest(
        String channel, String data, String idempotencyKey, @Nullable Priority priority) {
    /** One in its channel's order. */
    public PublishRequest(String channel, String data, String idempotencyKey) {
        this(channel, data, idempotencyKey, null);
    }
}
