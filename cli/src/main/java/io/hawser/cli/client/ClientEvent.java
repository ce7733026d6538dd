package io.hawser.cli.client;

import io.hawser.grid.pubsub.StreamPosition;

import tools.jackson.databind.JsonNode;

/** What happens to a {@link ChannelClient}, in the order in which it happens. Immutable. */
public sealed interface ClientEvent {

    /**
     * The node has accepted the client.
     *
     * @param client id of the connection
     * @param node name of the node if it tells, else empty
     */
    record Connected(String client, String node) implements ClientEvent {}

    /**
     * The subscription is live; recovered publications follow as {@link Received}.
     *
     * @param position top of the stream; {@link StreamPosition#NONE} without history
     * @param wasRecovering whether the client had asked for what it missed
     * @param recovered whether all of that is delivered
     * @param publications how many publications come with the answer
     */
    record Subscribed(
            String channel,
            StreamPosition position,
            boolean wasRecovering,
            boolean recovered,
            int publications)
            implements ClientEvent {}

    /**
     * A publication.
     *
     * @param offset its number in the stream, 0 in a channel without history
     */
    record Received(String channel, long offset, JsonNode data) implements ClientEvent {}

    /**
     * The subscription is refused or taken away.
     *
     * @param code error code (100 to 1999) or unsubscribe code (2000 to 2999)
     * @param retrying whether the client subscribes again by itself
     */
    record Unsubscribed(String channel, int code, String reason, boolean retrying)
            implements ClientEvent {}

    /**
     * The connection is lost or could not be made; the client tries again.
     *
     * @param code WebSocket close code; 1006 if there was no close frame
     * @param retryMs when it tries again, milliseconds from now
     */
    record Disconnected(int code, String reason, long retryMs) implements ClientEvent {}

    /**
     * The client has given up for good.
     *
     * @param code WebSocket close code, or error code of the connect command
     */
    record Ended(int code, String reason) implements ClientEvent {}
}
