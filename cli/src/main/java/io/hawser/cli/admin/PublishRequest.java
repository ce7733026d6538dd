package io.hawser.cli.admin;

/**
 * A publication for the server API. Immutable.
 *
 * @param data one JSON value, sent as it is
 * @param idempotencyKey repeating a publish with the same key stores it once; empty for none
 */
public record PublishRequest(String channel, String data, String idempotencyKey) {
    /** Without an idempotency key. */
    public PublishRequest(String channel, String data) {
        this(channel, data, "");
    }
}
