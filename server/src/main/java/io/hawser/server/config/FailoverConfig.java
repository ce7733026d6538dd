package io.hawser.server.config;

import io.hawser.grid.failover.FailoverStrategy;
import io.hawser.server.binding.Checks;
import io.hawser.server.binding.Key;

import java.time.Duration;

/** What becomes of the clients of a lost node. Immutable. */
public record FailoverConfig(
        @Key(
                        doc =
                                "When the clients of a lost node are given to others. immediate: at"
                                        + " once. graceful: after failover.grace; a node that is back by"
                                        + " then keeps them. delayed: all at once after 10 to 30"
                                        + " seconds, another time for each failure. Clients that"
                                        + " connect meanwhile are served at once in any case.",
                        byDefault = "immediate")
                FailoverStrategy strategy,
        @Key(
                        doc = "How long a lost node may take to come back, with strategy graceful.",
                        byDefault = "5s",
                        min = "1s",
                        max = "5m")
                Duration grace,
        @Key(doc = "Where failovers are sent once they are done, as JSON by POST.")
                WebhookConfig webhook) {

    public FailoverConfig {
        Checks.of(FailoverConfig.class, strategy, grace, webhook).done();
    }
}
