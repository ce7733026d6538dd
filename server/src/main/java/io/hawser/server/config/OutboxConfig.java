package io.hawser.server.config;

import io.hawser.server.binding.Checks;
import io.hawser.server.binding.Key;

import java.time.Duration;

/** Publishing from transactions in PostgreSQL. Immutable. */
public record OutboxConfig(
        @Key(
                        doc =
                                "Publishes what transactions have written with hawser.publish. Needs the"
                                        + " database, and broker.type redis. All nodes should have it: one of them"
                                        + " publishes at a time.",
                        byDefault = "false")
                boolean enabled,
        @Key(
                        doc = "Rows that are read, published and removed at once.",
                        byDefault = "1000",
                        unit = "rows",
                        min = "1",
                        max = "10000")
                int batch,
        @Key(
                        doc = "How often an empty outbox is looked at.",
                        byDefault = "50ms",
                        min = "5ms",
                        max = "1m")
                Duration pollInterval) {

    public OutboxConfig {
        Checks.of(OutboxConfig.class, enabled, batch, pollInterval).done();
    }
}
