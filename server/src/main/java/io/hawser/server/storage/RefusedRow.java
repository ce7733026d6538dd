package io.hawser.server.storage;

/**
 * A row that no node would publish.
 *
 * @param reason for people; does not quote the data
 */
public record RefusedRow(long id, String reason) {}
