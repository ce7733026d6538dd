package io.hawser.server.storage;

/**
 * What a transaction has published. Immutable.
 *
 * @param id rising in the order of commits within a channel, not across channels
 * @param createdAtMs when it was written, milliseconds since 1970
 */
public record OutboxRow(long id, String channel, String data, long createdAtMs) {}
