package io.hawser.server.config;

import io.hawser.server.binding.Checks;
import io.hawser.server.binding.Key;

/** The channels whose names start with {@code name:}. Immutable. */
public record NamespaceConfig(
        @Key(
                        doc = "What stands before the first ':' of the channels' names.",
                        pattern = NodeConfig.NAME,
                        expects = NodeConfig.NAME_EXPECTED)
                String name,
        @Key(doc = "How its channels behave.") ChannelOptions options) {

    public NamespaceConfig {
        Checks.of(NamespaceConfig.class, name, options).done();
    }
}
