package io.hawser.server.config;

import io.hawser.server.binding.Checks;
import io.hawser.server.binding.Key;
import io.hawser.server.binding.Secret;
import io.hawser.server.binding.ServiceUri;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;

/** A web address that is told of events. Immutable. */
public record WebhookConfig(
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
        @Key(doc = "How long one attempt may take.", byDefault = "5s", min = "10ms", max = "5m")
                Duration timeout,
        @Key(
                        doc = "Attempts for one event.",
                        byDefault = "5",
                        unit = "attempts",
                        min = "1",
                        max = "100")
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
                        doc = "Events that may wait; beyond it new ones are dropped.",
                        byDefault = "100",
                        unit = "events",
                        min = "1",
                        max = "100000")
                int queue) {

    public WebhookConfig {
        Checks.of(WebhookConfig.class, url, secret, timeout, attempts, backoff, queue)
                .refuse(
                        !isAddress(url.reveal()),
                        "is no address that can be called",
                        "write an address like https://example.com/hook, other characters as"
                                + " percent codes",
                        "url")
                .done();
    }

    static boolean isAddress(String url) {
        try {
            return url.isEmpty() || new URI(url).getHost() != null;
        } catch (URISyntaxException _) {
            return false;
        }
    }
}
