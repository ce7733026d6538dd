package io.hawser.server.config;

import io.hawser.server.binding.Checks;
import io.hawser.server.binding.Key;

import java.time.Duration;

/** When nodes are removed. Immutable. */
public record ScalingDownConfig(
        @Key(
                        doc = "Utilisation of the whole cluster below which nodes are removed.",
                        byDefault = "30",
                        unit = "%",
                        min = "0",
                        max = "99")
                int utilisation,
        @Key(doc = "How long it must hold.", byDefault = "5m", min = "0s", max = "7d")
                Duration sustained,
        @Key(
                        doc = "Time after any decision before nodes are removed.",
                        byDefault = "10m",
                        min = "1s",
                        max = "7d")
                Duration cooldown) {

    public ScalingDownConfig {
        Checks.of(ScalingDownConfig.class, utilisation, sustained, cooldown).done();
    }
}
