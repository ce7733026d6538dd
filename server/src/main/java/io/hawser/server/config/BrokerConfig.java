package io.hawser.server.config;

import io.hawser.server.binding.Checks;
import io.hawser.server.binding.DataSize;
import io.hawser.server.binding.Key;

import java.time.Duration;

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
                DataSize localMaxBytes,
        @Key(
                        doc =
                                "Publications that take more than this are compressed (LZ4) in Redis and on"
                                        + " the way between nodes, if that makes them shorter; 0 for none."
                                        + " Nodes from before this key cannot read them. With type redis"
                                        + " only.",
                        byDefault = "0",
                        min = "0",
                        max = "64MiB")
                DataSize compressAbove,
        @Key(
                        doc =
                                "Idempotency keys that one channel remembers at most, each for five"
                                        + " minutes; a publish with one more gets error 100 (temporary).",
                        byDefault = "50000",
                        unit = "keys",
                        min = "1",
                        max = "10000000")
                int idempotencyMax,
        @Key(
                        doc =
                                "How long a publication waits for others of its channel, so that they go to"
                                        + " Redis and between nodes together; 0 for none. Nodes from before"
                                        + " this key do not hear them in channels without history. With type"
                                        + " redis only; what is of high priority never waits.",
                        byDefault = "0ms",
                        min = "0ms",
                        max = "1s")
                Duration batchDelay,
        @Key(
                        doc =
                                "Publications that go together at most; then the next ones begin to wait.",
                        byDefault = "64",
                        unit = "publications",
                        min = "1",
                        max = "1000")
                int batchSize) {

    /** Where publications travel. */
    public enum Type {
        /** In the memory of one node. */
        LOCAL,
        /** Through Redis. */
        REDIS
    }

    public BrokerConfig {
        Checks.of(
                        BrokerConfig.class,
                        type,
                        localMaxBytes,
                        compressAbove,
                        idempotencyMax,
                        batchDelay,
                        batchSize)
                .done();
    }
}
