package io.hawser.server.config;

import io.hawser.server.binding.Checks;
import io.hawser.server.binding.Key;
import io.hawser.server.binding.Secret;

/** The tokens (JWT) that clients connect and subscribe with. Immutable. */
public record TokenConfig(
        @Key(
                        doc =
                                "Secret that signs tokens with HS256, HS384 or HS512. Empty: no token is"
                                        + " accepted.")
                Secret hmacSecret,
        @Key(doc = "Audience (aud) that a token must be made for. Empty: any.") String audience,
        @Key(doc = "Issuer (iss) that a token must come from. Empty: any.") String issuer) {

    public TokenConfig {
        Checks.of(TokenConfig.class, hmacSecret, audience, issuer).done();
    }
}
