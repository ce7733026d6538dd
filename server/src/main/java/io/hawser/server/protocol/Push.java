package io.hawser.server.protocol;

import io.hawser.grid.pubsub.ClientInfo;
import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.Publication;
import io.hawser.grid.pubsub.StreamPosition;

/** What the server sends unasked. Immutable, thread-safe. */
public sealed interface Push {
    /** The channel that this is about; empty if about the connection. */
    default String channel() {
        return "";
    }

    record PublicationPush(String channel, SentPublication sent) implements Push {
        /** For subscriptions without delta. */
        public PublicationPush(String channel, Publication publication) {
            this(channel, SentPublication.plain(publication));
        }
    }

    record JoinPush(String channel, ClientInfo info) implements Push {}

    record LeavePush(String channel, ClientInfo info) implements Push {}

    /** The subscription has ended; {@code code} tells the client whether to subscribe again. */
    record UnsubscribePush(String channel, UnsubscribeCode code) implements Push {}

    /**
     * The server has subscribed the connection to a channel.
     *
     * @param recoverable whether the client may recover from {@code position}
     * @param position where the subscription starts
     * @param positioned whether the position is watched
     */
    record SubscribePush(
            String channel,
            boolean recoverable,
            StreamPosition position,
            boolean positioned,
            Payload data)
            implements Push {}

    /** A message of the application to this connection, outside of any channel. */
    record MessagePush(Payload data) implements Push {}

    /** The first message of a unidirectional connection. */
    record ConnectPush(Result.ConnectResult result) implements Push {}

    /** The last message of a connection whose transport has no close code of its own. */
    record DisconnectPush(Disconnect disconnect) implements Push {}

    /** The connection's expiry has changed. */
    record RefreshPush(Expiry expiry) implements Push {}
}
