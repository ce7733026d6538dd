package io.hawser.server.config;

import io.hawser.server.binding.Checks;
import io.hawser.server.binding.Key;
import io.hawser.server.binding.Secret;

/** The server API, by which backends publish and control clients. Immutable. */
public record ApiConfig(
        @Key(
                        doc =
                                "Key that callers send as X-API-Key. Empty: every call is answered with"
                                        + " 401.")
                Secret key,
        @Key(doc = "Also serves /api on the public port.", byDefault = "false")
                boolean onPublicPort) {

    public ApiConfig {
        Checks.of(ApiConfig.class, key, onPublicPort).done();
    }
}
