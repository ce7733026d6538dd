package io.hawser.server.config;

import io.hawser.server.binding.Checks;
import io.hawser.server.binding.Key;
import io.hawser.server.binding.ServiceUri;

import java.time.Duration;

/** Redis. Used with {@code broker.type: redis} only. Immutable. */
public record RedisConfig(
        @Key(
                        doc =
                                "Where Redis is: redis://[[user]:password@]host[:port][/database], rediss://"
                                        + " for TLS.",
                        byDefault = "redis://127.0.0.1:6379",
                        pattern = "rediss?://[^\\s/?]+(/[^\\s]*)?",
                        expects = "an address like redis://host:6379")
                ServiceUri uri,
        @Key(
                        doc =
                                "How long an answer of Redis may take; then the client gets error 100"
                                        + " (temporary).",
                        byDefault = "500ms",
                        min = "10ms",
                        max = "1m")
                Duration timeout) {

    public RedisConfig {
        Checks.of(RedisConfig.class, uri, timeout).done();
    }
}
