package io.hawser.server.security;

import io.hawser.grid.pubsub.Payload;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * What a subscription token says. That user, channel and client are those of the connection at hand
 * is for the caller to compare. Immutable, thread-safe.
 *
 * @param user the user it was made for; empty for an anonymous one
 * @param channel the channel it opens; never empty
 * @param client the only connection id that may use it; null if any may
 * @param info shown to others in the channel's presence: compact JSON, or unchecked bytes from
 *     {@code b64info}; empty if there is none
 * @param data given to the client with the subscription, in the same form as {@code info}
 * @param expireAt when the subscription expires; null if never
 * @param overrides options of the channel that hold differently here
 * @param tokenId the token's own id (jti); null if it has none
 */
public record SubscriptionToken(
        String user,
        String channel,
        @Nullable String client,
        Payload info,
        Payload data,
        @Nullable Instant expireAt,
        ChannelOverrides overrides,
        @Nullable String tokenId) {}
