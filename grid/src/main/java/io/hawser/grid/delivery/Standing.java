package io.hawser.grid.delivery;

import io.hawser.grid.pubsub.StreamPosition;

/**
 * How far a user is in a channel. Immutable.
 *
 * @param device see {@link Recipient}
 * @param position everything up to it is acknowledged
 * @param usedAtMs when it was last acknowledged or looked after, milliseconds since 1970 by the
 *     store's clock
 */
public record Standing(String device, String channel, StreamPosition position, long usedAtMs) {}
