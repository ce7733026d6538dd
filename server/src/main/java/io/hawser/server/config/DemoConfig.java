package io.hawser.server.config;

import io.hawser.server.binding.Checks;
import io.hawser.server.binding.Key;

import java.util.List;

/** What only the demo needs. Immutable. */
public record DemoConfig(
        @Key(doc = "Serves the demo page at / of the public port.", byDefault = "false")
                boolean page,
        @Key(
                        doc = "Channels that the demo page subscribes to.",
                        example = "[ticks:AAPL, ticks:MSFT]")
                List<String> channels) {

    public DemoConfig {
        channels = List.copyOf(channels);
        Checks.of(DemoConfig.class, page, channels).done();
    }
}
