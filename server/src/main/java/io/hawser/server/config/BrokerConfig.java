package io.hawser.server.config;

import io.hawser.server.binding.Checks;
import io.hawser.server.binding.DataSize;
import io.hawser.server.binding.Key;

/** The broker, which carries publications and keeps history. Immutable. */
public record BrokerConfig(
        @Key(
                        doc =
                                "local: in this node's memory, for a single node. redis: through Redis, for"
                                        + " any number of nodes.",
                        byDefault = "local")
                Type type,
        @Key(
                        doc =
                                "Memory that the history of all channels takes at most with type local."
                                        + " Beyond it the channel unused for longest loses its history and"
                                        + " starts a new epoch.",
                        byDefault = "64MiB",
                        min = "1MiB",
                        max = "64GiB")
                DataSize localMaxBytes) {

    /** Where publications travel. */
    public enum Type {
        /** In the memory of one node. */
        LOCAL,
        /** Through Redis. */
        REDIS
    }

    public BrokerConfig {
        Checks.of(BrokerConfig.class, type, localMaxBytes).done();
    }
}
