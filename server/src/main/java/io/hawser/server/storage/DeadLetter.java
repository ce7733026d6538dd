package io.hawser.server.storage;

import java.time.Instant;

/**
 * A row of the outbox that was refused, without its data.
 *
 * @param bytes length of the data
 */
public record DeadLetter(
        long id, String channel, int bytes, Instant createdAt, Instant refusedAt, String reason) {}
