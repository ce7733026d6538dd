package io.hawser.server.security;

import io.hawser.grid.pubsub.Payload;

/**
 * One server-side subscription in a connection token. Immutable, thread-safe.
 *
 * @param info shown to others in the channel's presence: compact JSON, or unchecked bytes from
 *     {@code b64info}; empty if there is none
 * @param data given to the client with the subscription: compact JSON, or unchecked bytes from
 *     {@code b64data}; empty if there is none
 * @param overrides options of the channel that hold differently here
 */
public record TokenSubscription(Payload info, Payload data, ChannelOverrides overrides) {
    /** A channel by its name alone. */
    public static final TokenSubscription PLAIN =
            new TokenSubscription(Payload.EMPTY, Payload.EMPTY, ChannelOverrides.NONE);
}
