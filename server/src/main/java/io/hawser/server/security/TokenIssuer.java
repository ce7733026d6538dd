package io.hawser.server.security;

import java.time.Instant;
import java.util.UUID;

/**
 * Makes the tokens that {@link TokenVerifier} reads, signed with HS256: for the command line, for
 * trying out and for tests. Thread-safe.
 */
public final class TokenIssuer {
    private final HmacSignatures signatures;

    /**
     * @param hmacSecret the verifier's secret
     * @throws IllegalArgumentException if it is empty
     */
    public TokenIssuer(String hmacSecret) {
        if (hmacSecret.isEmpty()) {
            throw new IllegalArgumentException("a token cannot be signed with an empty secret");
        }
        signatures = new HmacSignatures(hmacSecret);
    }

    /** Starts a connection token for {@code user} (empty: anonymous), made at {@code now}. */
    public TokenDraft connection(String user, Instant now) {
        return draft(user, now);
    }

    /** Starts a subscription token that lets {@code user} into {@code channel}. */
    public TokenDraft subscription(String user, String channel, Instant now) {
        return draft(user, now).claim("channel", channel);
    }

    private TokenDraft draft(String user, Instant now) {
        return new TokenDraft(signatures)
                .claim("sub", user)
                .claim("iat", now.getEpochSecond())
                .claim("jti", UUID.randomUUID().toString());
    }
}
