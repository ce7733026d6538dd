package io.hawser.server.config;

import io.hawser.server.binding.Checks;
import io.hawser.server.binding.Key;

/** The cluster's events. Immutable. */
public record EventsConfig(
        @Key(
                        doc =
                                "Where events are sent, as JSON by POST, at least once each. All nodes"
                                        + " should have it: the coordinator sends, the others could go on in"
                                        + " its place.")
                EventWebhookConfig webhook) {

    public EventsConfig {
        Checks.of(EventsConfig.class, webhook).done();
    }
}
