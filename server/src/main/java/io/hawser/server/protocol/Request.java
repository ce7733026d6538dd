package io.hawser.server.protocol;

import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.StreamPosition;

import org.jspecify.annotations.Nullable;

import java.util.Map;

/**
 * The request of a {@link Command}. A field that was absent is "", 0, false, {@link Payload#EMPTY},
 * an empty map or {@link StreamPosition#NONE}; it is null only where absence has a meaning of its
 * own. Payloads are as they came: whoever hands one on checks it with {@link JsonData}. Immutable,
 * thread-safe.
 */
public sealed interface Request {
    /** The channel that this is about; empty if about the connection. */
    default String channel() {
        return "";
    }

    /**
     * The first command of a connection.
     *
     * @param token connection token, empty if none
     * @param subs server-side subscriptions to recover, by channel; their own channel field is
     *     usually empty
     * @param name of the client program
     * @param version of the client program
     * @param headers what a client that cannot set HTTP headers sends instead
     */
    record ConnectRequest(
            String token,
            Payload data,
            Map<String, SubscribeRequest> subs,
            String name,
            String version,
            Map<String, String> headers)
            implements Request {}

    /**
     * Asks for a channel's publications.
     *
     * @param token subscription token, empty if none
     * @param recover whether what was missed since {@code since} is wanted
     * @param since last position seen; an offset above the range of long is read as {@link
     *     Long#MAX_VALUE}, which no stream reaches
     * @param positioned whether the client asks for its position to be watched
     * @param recoverable whether the client asks for the position needed to recover
     * @param joinLeave whether the client asks for join and leave pushes
     * @param delta wanted delta format ("fossil"), empty for none
     * @param filter only publications whose tags pass are wanted; null for all
     * @param flag bits, see {@link #REJECT_UNRECOVERED}; unknown ones are ignored
     * @param type kind of subscription: 0 is the stream, others are not offered
     */
    record SubscribeRequest(
            String channel,
            String token,
            boolean recover,
            StreamPosition since,
            Payload data,
            boolean positioned,
            boolean recoverable,
            boolean joinLeave,
            String delta,
            @Nullable FilterNode filter,
            long flag,
            int type)
            implements Request {
        /** Bit of {@code flag}: an impossible recovery is to be answered with error 112. */
        public static final long REJECT_UNRECOVERED = 2;

        /** Whether an impossible recovery is to be refused with error 112. */
        public boolean rejectUnrecovered() {
            return (flag & REJECT_UNRECOVERED) != 0;
        }
    }

    record UnsubscribeRequest(String channel) implements Request {}

    /**
     * Sends data to a channel.
     *
     * @param isJson whether {@link JsonData} would find the data valid, as reading them has shown
     * @param type kind of channel: 0 is the stream, others are not offered
     */
    record PublishRequest(String channel, Payload data, boolean isJson, int type)
            implements Request {}

    record PresenceRequest(String channel) implements Request {}

    record PresenceStatsRequest(String channel) implements Request {}

    /**
     * Reads a channel's stream.
     *
     * @param limit how many publications; 0 for the position only, -1 for as many as allowed
     * @param since position after which (before which, if reversed) to read; null for an end of the
     *     stream
     * @param reverse newest first
     */
    record HistoryRequest(
            String channel, int limit, @Nullable StreamPosition since, boolean reverse)
            implements Request {}

    /** A client's own ping; answered with an empty result. */
    record PingRequest() implements Request {}

    /** A message to the application, without a reply. */
    record SendRequest(Payload data) implements Request {}

    record RpcRequest(String method, Payload data) implements Request {}

    /**
     * What the {@code rpc} method {@code hawser.publish} asks, see {@link PublishCall}.
     *
     * @param idempotencyKey publishes of the user to the channel with the same key are stored once;
     *     never empty
     */
    record KeyedPublishRequest(String channel, Payload data, String idempotencyKey)
            implements Request {}

    /**
     * What {@code hawser.ack} says, see {@link AckCall}: the user has everything up to here.
     *
     * @param epoch of the offset; empty for that of the subscription
     */
    record AckRequest(String channel, long offset, String epoch) implements Request {}

    /**
     * Renews the connection's token.
     *
     * @param token new connection token
     */
    record RefreshRequest(String token) implements Request {}

    /**
     * Renews a subscription's token.
     *
     * @param token new subscription token
     * @param type 0 is a refresh, others (tracking of single keys) are not offered
     */
    record SubRefreshRequest(String channel, String token, int type) implements Request {}

    /** The empty command. */
    record Pong() implements Request {}
}
