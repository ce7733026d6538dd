package io.hawser.server.outbox;

import java.time.Duration;

/**
 * Bounds of the relay.
 *
 * @param maxRows rows read at once, at least 1
 * @param poll between two looks at an empty outbox
 */
public record OutboxLimits(int maxRows, Duration poll) {}
