package io.hawser.grid.stream;

import io.hawser.grid.pubsub.JoinRequest;
import io.hawser.grid.pubsub.PresenceEvent;
import io.hawser.grid.pubsub.Publication;
import io.hawser.grid.pubsub.StreamPosition;

/** What can happen to a {@link ChannelMachine}. */
public sealed interface ChannelEvent {
    /** A new local subscriber; {@code joinId} comes back in the answer. */
    record JoinRequested(long joinId, JoinRequest request) implements ChannelEvent {}

    /** The last local subscriber is gone. */
    record Left() implements ChannelEvent {}

    /** The store confirmed a SUBSCRIBE on the connection of now. */
    record SubscribeConfirmed() implements ChannelEvent {}

    /** A publication came over the bus. */
    record PublicationArrived(StreamPosition position, Publication publication)
            implements ChannelEvent {}

    /** A join or leave came over the bus. */
    record PresenceArrived(PresenceEvent presence) implements ChannelEvent {}

    /** The answer to {@link ChannelAction.ReadHistory}. */
    record HistoryRead(long readId, StreamRead found) implements ChannelEvent {}

    /** No answer to {@link ChannelAction.ReadHistory}. */
    record HistoryReadFailed(long readId) implements ChannelEvent {}

    /** The store cannot be reached; nothing sent before is answered. */
    record ConnectionLost() implements ChannelEvent {}

    /** The store can be reached; nothing is subscribed. */
    record ConnectionRestored() implements ChannelEvent {}

    /** Something of this channel was dropped on its way in. */
    record Suspected() implements ChannelEvent {}

    /** Time has passed. */
    record Tick() implements ChannelEvent {}
}
