package io.hawser.server.session;

import io.hawser.grid.pubsub.StreamPosition;
import io.hawser.server.protocol.Disconnect;
import io.hawser.server.protocol.UnsubscribeCode;
import io.hawser.server.security.TokenSubscription;

import org.jspecify.annotations.Nullable;

import java.util.Set;

/**
 * What the server API wants done to a user's connections, on whichever nodes they are. Immutable.
 *
 * <p>In each, {@code user} and {@code client} say whom: all connections of the user, or only the
 * one with that client id if it is not empty.
 */
public sealed interface ClusterCommand {
    String user();

    String client();

    /**
     * Ends connections.
     *
     * @param whitelist client ids that stay
     */
    record DisconnectUser(String user, String client, Set<String> whitelist, Disconnect reason)
            implements ClusterCommand {}

    /**
     * Subscribes connections to a channel.
     *
     * @param recoverSince recover what came after this position; null for a fresh start
     */
    record Subscribe(
            String user,
            String client,
            String channel,
            TokenSubscription terms,
            @Nullable StreamPosition recoverSince)
            implements ClusterCommand {}

    /**
     * Ends subscriptions.
     *
     * @param channel which; empty for all
     */
    record Unsubscribe(String user, String client, String channel, UnsubscribeCode code)
            implements ClusterCommand {}

    /**
     * Moves the expiry of connections.
     *
     * @param expireAtMs milliseconds since 1970; 0 for never
     */
    record Refresh(String user, String client, long expireAtMs) implements ClusterCommand {}
}
