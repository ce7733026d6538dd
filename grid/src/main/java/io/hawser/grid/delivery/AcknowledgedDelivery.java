package io.hawser.grid.delivery;

import io.hawser.grid.pubsub.Broker;
import io.hawser.grid.pubsub.HistoryOptions;
import io.hawser.grid.pubsub.HistoryQuery;
import io.hawser.grid.pubsub.StreamPosition;
import io.hawser.grid.pubsub.UserQueue;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/**
 * Acknowledged delivery: where each user goes on in a channel, on whichever node. What a user has
 * not acknowledged comes again, so everything comes at least once as long as the channel keeps it.
 * Thread-safe; nothing blocks but {@link #close}, for two seconds at most. Stages complete on a
 * thread of the store or the broker, and fail with {@link io.hawser.grid.pubsub.BrokerException}.
 */
public final class AcknowledgedDelivery implements AutoCloseable {
    private final PositionStore store;
    private final Broker broker;
    private final PositionLimits limits;
    private final DeliveryCounters counters = new DeliveryCounters();
    private final AckWriter writer;

    /**
     * @param store closed with this
     * @param broker stays the caller's
     * @param limits those of the store
     */
    public AcknowledgedDelivery(PositionStore store, Broker broker, PositionLimits limits) {
        this.store = store;
        this.broker = broker;
        this.limits = limits;
        this.writer = new AckWriter(store, counters);
    }

    /**
     * Where a subscription goes on, which from now on is the user's position if there was none. A
     * {@link UserQueue} belongs to the user, not to a device: it begins at its oldest, and of what
     * the client has seen only the epoch matters.
     *
     * @param history the channel's, enabled
     * @param seen what the client says that it has seen; null if it says nothing
     */
    public CompletionStage<ResumePoint> resume(
            Recipient recipient,
            String channel,
            HistoryOptions history,
            @Nullable StreamPosition seen) {
        Recipient whose = whose(recipient, channel);
        StreamPosition told =
                seen != null && UserQueue.isQueue(channel)
                        ? new StreamPosition(Long.MAX_VALUE, seen.epoch())
                        : seen;
        return store.position(whose, channel)
                .thenCompose(
                        known ->
                                known != null
                                        ? CompletableFuture.completedStage(
                                                ResumePoint.of(known, told))
                                        : begin(whose, channel, history, told));
    }

    private static Recipient whose(Recipient recipient, String channel) {
        return UserQueue.isQueue(channel) ? new Recipient(recipient.user(), "") : recipient;
    }

    private CompletionStage<ResumePoint> begin(
            Recipient whose,
            String channel,
            HistoryOptions history,
            @Nullable StreamPosition told) {
        boolean queue = UserQueue.isQueue(channel);
        return broker.history(channel, HistoryQuery.TOP, history)
                .thenCompose(
                        now -> {
                            StreamPosition top = now.top();
                            return store.begin(
                                    whose,
                                    channel,
                                    queue
                                            ? new StreamPosition(0, top.epoch())
                                            : ResumePoint.first(top, told));
                        })
                .thenApply(
                        begun -> {
                            counters.begun.increment();
                            return new ResumePoint(ResumePoint.of(begun, told).since(), queue);
                        });
    }

    /**
     * A subscription has gone on.
     *
     * @param point where it began
     * @param top end of the stream then
     * @param recovered whether everything between is delivered
     */
    public void resumed(ResumePoint point, StreamPosition top, boolean recovered) {
        if (!point.known()) {
            return;
        }
        counters.resumed.increment();
        if (!recovered) {
            counters.lost.increment();
        }
        if (point.since().epoch().equals(top.epoch())) {
            counters.lag(Math.max(0, top.offset() - point.since().offset()));
        }
    }

    /**
     * The user has everything of the channel up to the position.
     *
     * @param position of the epoch that the user is subscribed in
     * @return the user's position then, which may be a later one
     */
    public CompletionStage<StreamPosition> acknowledge(
            Recipient recipient, String channel, StreamPosition position) {
        return writer.offer(whose(recipient, channel), channel, position);
    }

    /** How often {@link #touch} is called for who stays subscribed, in milliseconds. */
    public long touchEveryMs() {
        return Math.max(1, limits.ttl().toMillis() / 4);
    }

    /** The user still subscribes to these channels, so that the positions are to be kept. */
    public CompletionStage<@Nullable Void> touch(Recipient recipient, List<String> channels) {
        Map<Boolean, List<String>> byKind =
                channels.stream().collect(Collectors.partitioningBy(UserQueue::isQueue));
        CompletableFuture<?>[] parts =
                byKind.values().stream()
                        .filter(part -> !part.isEmpty())
                        .map(part -> store.touch(whose(recipient, part.getFirst()), part))
                        .map(CompletionStage::toCompletableFuture)
                        .toArray(CompletableFuture[]::new);
        return CompletableFuture.allOf(parts).<@Nullable Void>thenApply(done -> null);
    }

    /** All positions of a user, in no order. */
    public CompletionStage<List<Standing>> standings(String user) {
        return store.standings(user);
    }

    /** What has been counted since the start. */
    public DeliveryCounts counts() {
        return counters.snapshot(writer.waiting());
    }

    @Override
    public void close() {
        writer.close();
        store.close();
    }
}
