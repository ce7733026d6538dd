package io.hawser.server.protocol;

import io.hawser.grid.pubsub.ClientInfo;
import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.Publication;
import io.hawser.grid.pubsub.StreamPosition;

import java.util.List;
import java.util.Map;

/**
 * The good answer to a {@link Request}. Zero values ("", 0, false, {@link Payload#EMPTY}) are left
 * out on the wire. Immutable, thread-safe.
 */
public sealed interface Result {

    /**
     * The connection is established.
     *
     * @param client id of the connection
     * @param version of the server
     * @param subs server-side subscriptions by channel
     * @param pingSeconds how often the server pings, 0 for never
     * @param pong whether a ping must be answered
     * @param session key of the session for emulated transports, else empty
     * @param node id of the node for emulated transports, else empty
     * @param timeMs the server's time, milliseconds since 1970; 0 leaves it out
     */
    record ConnectResult(
            String client,
            String version,
            Expiry expiry,
            Payload data,
            Map<String, SubscribeResult> subs,
            int pingSeconds,
            boolean pong,
            String session,
            String node,
            long timeMs)
            implements Result {}

    /**
     * The subscription is there.
     *
     * @param recoverable whether the client may recover from a position
     * @param position current position of the stream, or the one that {@code publications} lead to
     * @param publications what was missed and passes the subscription's filter, oldest first; empty
     *     unless {@code recovered}
     * @param recovered whether all that was missed is there
     * @param positioned whether the position is watched
     * @param wasRecovering whether the client had asked for recovery
     * @param delta whether publications may come as deltas; in JSON their data is then a string
     */
    record SubscribeResult(
            Expiry expiry,
            boolean recoverable,
            StreamPosition position,
            List<SentPublication> publications,
            boolean recovered,
            boolean positioned,
            Payload data,
            boolean wasRecovering,
            boolean delta)
            implements Result {}

    record UnsubscribeResult() implements Result {}

    record PublishResult() implements Result {}

    /**
     * Who is in the channel.
     *
     * @param presence who is there, by connection id
     */
    record PresenceResult(Map<String, ClientInfo> presence) implements Result {}

    record PresenceStatsResult(int clients, int users) implements Result {}

    /**
     * A part of the stream.
     *
     * @param position newest position of the stream
     */
    record HistoryResult(List<Publication> publications, StreamPosition position)
            implements Result {}

    record PingResult() implements Result {}

    record RpcResult(Payload data) implements Result {}

    /**
     * The new token was taken.
     *
     * @param client id of the connection
     * @param version of the server
     */
    record RefreshResult(String client, String version, Expiry expiry) implements Result {}

    record SubRefreshResult(Expiry expiry) implements Result {}
}
