package io.hawser.cli.client;

import java.net.URI;
import java.util.List;

/**
 * What a {@link ChannelClient} connects to and as whom. Immutable, thread-safe.
 *
 * @param addresses {@code ws:} or {@code wss:} addresses, at least one; after a failure the next
 *     one is tried
 * @param token connection token; empty if the node asks for none
 * @param channels to subscribe to
 * @param backoff between attempts
 */
public record ClientSettings(
        List<URI> addresses, String token, List<String> channels, Backoff backoff) {

    public ClientSettings {
        addresses = List.copyOf(addresses);
        channels = List.copyOf(channels);
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("a client needs an address");
        }
    }
}
