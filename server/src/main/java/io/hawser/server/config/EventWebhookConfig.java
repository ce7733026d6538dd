package io.hawser.server.config;

import io.hawser.grid.event.EventTypes;
import io.hawser.server.binding.Checks;
import io.hawser.server.binding.DataSize;
import io.hawser.server.binding.Key;
import io.hawser.server.binding.Secret;
import io.hawser.server.binding.ServiceUri;

import java.time.Duration;
import java.util.List;

/** A web address that is told of the cluster's events. Immutable. */
public record EventWebhookConfig(
        @Key(
                        doc = "The address. Empty: none.",
                        pattern = "(https?://[^\\s/?#]+[^\\s#]*)?",
                        expects = "an address like https://example.com/hook")
                ServiceUri url,
        @Key(
                        doc =
                                "Key of the signature: X-Hawser-Signature: t=<seconds>,v1=<hex>, HMAC"
                                        + " SHA-256 over <seconds>.<body>. Empty: not signed.")
                Secret secret,
        @Key(
                        doc =
                                "Types of the events that are sent, or groups of types. Empty: all. See"
                                        + " docs/events.md.",
                        example = "[node, failover.done, alert]")
                List<String> types,
        @Key(doc = "How long one attempt may take.", byDefault = "5s", min = "10ms", max = "5m")
                Duration timeout,
        @Key(
                        doc = "Attempts for one event; then it is a dead letter.",
                        byDefault = "20",
                        unit = "attempts",
                        min = "1",
                        max = "1000")
                int attempts,
        @Key(
                        doc =
                                "Time before the second attempt, doubled before each further one, up to a"
                                        + " minute.",
                        byDefault = "1s",
                        min = "1ms",
                        max = "1m")
                Duration backoff,
        @Key(
                        doc =
                                "Events that may wait, in node.state_dir; beyond it new ones are dropped.",
                        byDefault = "10000",
                        unit = "events",
                        min = "1",
                        max = "100000")
                int queue,
        @Key(
                        doc = "What they may take there, and dead letters once more.",
                        byDefault = "16MiB",
                        min = "64KiB",
                        max = "1GiB")
                DataSize queueSize,
        @Key(
                        doc = "Dead letters that are kept; beyond it the oldest goes.",
                        byDefault = "1000",
                        unit = "events",
                        min = "1",
                        max = "100000")
                int deadLetters) {

    public EventWebhookConfig {
        types = List.copyOf(types);
        List<String> unknown = new EventTypes(types).unknown();
        Checks.of(
                        EventWebhookConfig.class,
                        url,
                        secret,
                        types,
                        timeout,
                        attempts,
                        backoff,
                        queue,
                        queueSize,
                        deadLetters)
                .refuse(
                        !WebhookConfig.isAddress(url.reveal()),
                        "is no address that can be called",
                        "write an address like https://example.com/hook, other characters as"
                                + " percent codes",
                        "url")
                .refuse(
                        !unknown.isEmpty(),
                        "names events that there are not: " + String.join(", ", unknown),
                        "write some of " + EventTypes.known() + ", or what stands before the dot",
                        "types")
                .done();
    }
}
