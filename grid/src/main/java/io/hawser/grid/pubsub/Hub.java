package io.hawser.grid.pubsub;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which channels have subscribers on this node. Turns each local subscriber into a join of the
 * {@link Broker}, and the last one's going into a leave. Thread-safe; no method blocks.
 */
public final class Hub {
    private final Broker broker;
    private final Lanes lanes;

    /** Subscribers a channel; each value is written only on the channel's lane. */
    private final Map<String, Integer> subscribers = new ConcurrentHashMap<>();

    public Hub(Broker broker, Lanes lanes) {
        this.broker = broker;
        this.lanes = lanes;
    }

    /**
     * Counts one more subscriber and finds its position. For each call that ended in {@link
     * Subscriber#joined} the caller owes one {@link #unsubscribe}.
     */
    public void subscribe(String channel, JoinRequest request, Subscriber subscriber) {
        lanes.execute(
                channel,
                () -> {
                    subscribers.merge(channel, 1, Integer::sum);
                    broker.join(
                            channel,
                            request,
                            (result, failure) -> {
                                if (result != null) {
                                    subscriber.joined(result);
                                } else {
                                    remove(channel);
                                    subscriber.failed(
                                            failure != null
                                                    ? failure
                                                    : new BrokerException(
                                                            BrokerException.Reason.FAILED,
                                                            "join of " + channel + " failed"));
                                }
                            });
                });
    }

    /** One subscriber that had joined is gone. */
    public void unsubscribe(String channel) {
        lanes.execute(channel, () -> remove(channel));
    }

    private void remove(String channel) {
        Integer left = subscribers.computeIfPresent(channel, (c, n) -> n == 1 ? null : n - 1);
        if (left == null) {
            broker.leave(channel);
        }
    }

    /** Local subscribers by channel: a copy that may be a moment old. */
    public Map<String, Integer> channels() {
        return new HashMap<>(subscribers);
    }

    /** Local subscribers of one channel. */
    public int subscribers(String channel) {
        return subscribers.getOrDefault(channel, 0);
    }

    /**
     * Who has been given what is in the channel up to a position. Behind what has come for the
     * channel before.
     */
    public CompletionStage<Reach> reach(String channel, StreamPosition position) {
        var reach = new CompletableFuture<Reach>();
        lanes.execute(
                channel,
                () ->
                        reach.complete(
                                new Reach(
                                        subscribers(channel),
                                        broker.hasDelivered(channel, position))));
        return reach;
    }

    /**
     * Who hears a channel on this node.
     *
     * @param subscribers local ones
     * @param delivered whether they have been given everything up to the position in question
     */
    public record Reach(int subscribers, boolean delivered) {}

    /** Channels with at least one local subscriber. */
    public int channelCount() {
        return subscribers.size();
    }
}
