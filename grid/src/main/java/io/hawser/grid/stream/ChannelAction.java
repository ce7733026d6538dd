package io.hawser.grid.stream;

import io.hawser.grid.pubsub.BrokerException;
import io.hawser.grid.pubsub.JoinResult;
import io.hawser.grid.pubsub.PresenceEvent;
import io.hawser.grid.pubsub.Publication;

/** What a {@link ChannelMachine} wants done, in this order. */
public sealed interface ChannelAction {
    record Subscribe() implements ChannelAction {}

    record Unsubscribe() implements ChannelAction {}

    /**
     * Ask for position and publications after {@code sinceOffset}, oldest first. The machine's
     * {@link ChannelMachine#witness witness} goes with the question.
     *
     * @param limit publications at most; 0 asks for the position only. The answer may be cut
     *     shorter.
     */
    record ReadHistory(long readId, long sinceOffset, int limit) implements ChannelAction {}

    record Deliver(Publication publication) implements ChannelAction {}

    record DeliverPresence(PresenceEvent presence) implements ChannelAction {}

    record Joined(long joinId, JoinResult result) implements ChannelAction {}

    record JoinFailed(long joinId, BrokerException.Reason reason, String why)
            implements ChannelAction {}

    record PositionLost() implements ChannelAction {}

    /** The machine is done and must be dropped. */
    record Closed() implements ChannelAction {}
}
