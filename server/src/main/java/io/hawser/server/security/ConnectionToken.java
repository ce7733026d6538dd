package io.hawser.server.security;

import io.hawser.grid.pubsub.Payload;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Map;

/**
 * What a connection token says. Immutable, thread-safe.
 *
 * @param user the user; empty for an anonymous one
 * @param expireAt when the connection expires; null if never
 * @param connInfo shown to others in presence and join: compact JSON, or from {@code b64info} any
 *     bytes, which nobody checked to be JSON; empty if there is none
 * @param subs channels that the connection is subscribed to by the server, from the claims {@code
 *     subs} and {@code channels}
 * @param tokenId the token's own id (jti); null if it has none
 * @param region where the client is, from the claim {@code region}; empty if it does not say
 */
public record ConnectionToken(
        String user,
        @Nullable Instant expireAt,
        Payload connInfo,
        Map<String, TokenSubscription> subs,
        @Nullable String tokenId,
        String region) {
    public ConnectionToken {
        subs = Map.copyOf(subs);
    }

    /** A token that names no region. */
    public ConnectionToken(
            String user,
            @Nullable Instant expireAt,
            Payload connInfo,
            Map<String, TokenSubscription> subs,
            @Nullable String tokenId) {
        this(user, expireAt, connInfo, subs, tokenId, "");
    }
}
