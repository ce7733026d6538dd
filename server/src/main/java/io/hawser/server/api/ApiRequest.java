package io.hawser.server.api;

import io.hawser.grid.priority.Priority;
import io.hawser.grid.pubsub.HistoryQuery;
import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.StreamPosition;
import io.hawser.grid.pubsub.Version;
import io.hawser.server.protocol.Disconnect;
import io.hawser.server.protocol.ErrorCode;
import io.hawser.server.security.ChannelOverrides;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a backend asks of the server API, free of any transport. Immutable.
 *
 * <p>Where there are {@code user} and {@code client}: all connections of the user, an empty user
 * being the anonymous ones; only the one with the client id if that is not empty.
 */
public sealed interface ApiRequest {
    /** Could not be understood; answered with the error. */
    record Invalid(ErrorCode error) implements ApiRequest {}

    /**
     * Stores and sends a publication.
     *
     * @param data not checked yet: what it may be depends on the channel
     * @param idempotencyKey null if none
     * @param version null to publish whatever the channel has
     * @param priority null for the channel's own
     * @param ackNodes whether the reply says how many nodes and subscribers it went to
     */
    record Publish(
            String channel,
            Payload data,
            boolean skipHistory,
            Map<String, String> tags,
            @Nullable String idempotencyKey,
            @Nullable Version version,
            @Nullable Priority priority,
            boolean ackNodes)
            implements ApiRequest {
        /** The same for another channel. */
        Publish in(String other) {
            return new Publish(
                    other, data, skipHistory, tags, idempotencyKey, version, priority, ackNodes);
        }
    }

    /** The same publication in several channels, each with an answer of its own. */
    record Broadcast(List<Publish> publishes) implements ApiRequest {}

    /**
     * Subscribes connections to a channel.
     *
     * @param info not checked yet
     * @param data not checked yet
     */
    record Subscribe(
            String user,
            String client,
            String channel,
            Payload info,
            Payload data,
            ChannelOverrides overrides,
            @Nullable StreamPosition recoverSince)
            implements ApiRequest {}

    /**
     * Ends subscriptions.
     *
     * @param channel empty for all
     */
    record Unsubscribe(String user, String client, String channel) implements ApiRequest {}

    /**
     * Ends connections.
     *
     * @param whitelist client ids that stay
     */
    record DisconnectUser(String user, String client, Set<String> whitelist, Disconnect reason)
            implements ApiRequest {}

    /**
     * Moves the expiry of connections.
     *
     * @param expired ends the connections now
     * @param expireAtMs milliseconds since 1970; 0 for never
     */
    record Refresh(String user, String client, boolean expired, long expireAtMs)
            implements ApiRequest {}

    /** Who is in a channel. */
    record AskPresence(String channel) implements ApiRequest {}

    /** How many are in a channel. */
    record AskPresenceStats(String channel) implements ApiRequest {}

    /** A part of a channel's stream. */
    record ReadHistory(String channel, HistoryQuery query) implements ApiRequest {}

    /** Drops stored publications; the position stays. */
    record RemoveHistory(String channel) implements ApiRequest {}

    /**
     * Which channels have subscribers, on all nodes.
     *
     * @param pattern with {@code *} and {@code ?}; empty for all
     */
    record ListChannels(String pattern) implements ApiRequest {}

    /** What each node says about itself. */
    record ListNodes() implements ApiRequest {}

    /**
     * Several commands in one.
     *
     * @param parallel all at once, in any order; else one after the other
     */
    record Batch(List<BatchCommand> commands, boolean parallel) implements ApiRequest {}

    /** One command of a batch and the name of its method. */
    record BatchCommand(String method, ApiRequest request) {}
}
