package io.hawser.server.config;

import io.hawser.server.binding.Checks;
import io.hawser.server.binding.Key;

import java.time.Duration;

/** How clients are sent away when the node is drained or stopped. Immutable. */
public record DrainConfig(
        @Key(
                        doc =
                                "Connections told a second to reconnect elsewhere, so that the other nodes"
                                        + " are not stormed.",
                        byDefault = "500",
                        unit = "connections a second",
                        min = "1",
                        max = "1000000")
                int rate,
        @Key(
                        doc =
                                "By when the last one has been told; with more connections than fit, the"
                                        + " rate is raised. A service manager has to allow for it"
                                        + " (TimeoutStopSec).",
                        byDefault = "30s",
                        min = "0s",
                        max = "1h")
                Duration grace) {

    public DrainConfig {
        Checks.of(DrainConfig.class, rate, grace).done();
    }
}
