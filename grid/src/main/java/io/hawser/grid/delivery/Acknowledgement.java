package io.hawser.grid.delivery;

import io.hawser.grid.pubsub.StreamPosition;

/**
 * A user has everything of a channel up to a position. Immutable.
 *
 * @param device see {@link Recipient}
 */
public record Acknowledgement(String device, String channel, StreamPosition position) {}
