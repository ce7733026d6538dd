package io.hawser.server.hook;

import java.net.URI;
import java.time.Duration;

/**
 * Where a webhook goes and how hard it tries. Immutable; printing it shows no secret.
 *
 * @param secret key of the signature; empty for none
 * @param timeout of one attempt, connecting included
 * @param attempts at most, at least 1
 * @param backoff before the second attempt; doubled before each further one, up to a minute
 * @param queue events that may wait
 */
public record WebhookSettings(
        URI url, String secret, Duration timeout, int attempts, Duration backoff, int queue) {
    private static final long MAX_BACKOFF_MS = 60_000;

    /** Before the attempt of that number, from 2. */
    long backoffMs(int attempt) {
        int doublings = Math.min(attempt - 2, 20);
        return Math.min(MAX_BACKOFF_MS, backoff.toMillis() << doublings);
    }

    /** Scheme, host and port: path and query of a webhook's address are often secret. */
    @Override
    public String toString() {
        String port = url.getPort() < 0 ? "" : ":" + url.getPort();
        return url.getScheme() + "://" + url.getHost() + port;
    }
}
