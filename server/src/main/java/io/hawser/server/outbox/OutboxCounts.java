package io.hawser.server.outbox;

import io.hawser.server.storage.OutboxState;

/**
 * What the relay of this node has done since the start, and what it sees.
 *
 * @param relaying whether this node is the one that publishes
 * @param published rows
 * @param repeated rows that were found to be published already, by a relay that did not get to
 *     remove them
 * @param refused rows laid aside
 * @param failures rounds that PostgreSQL or Redis spoiled; nothing is lost by them
 * @param resting channels that Redis refuses
 * @param state a few seconds old; empty unless relaying
 */
public record OutboxCounts(
        boolean relaying,
        long published,
        long repeated,
        long refused,
        long failures,
        int resting,
        OutboxState state) {}
