package io.hawser.grid.pubsub;

import io.hawser.grid.priority.Priority;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;

/**
 * Carries publications between nodes and keeps channel history.
 *
 * <p>Guarantees of every implementation:
 *
 * <ol>
 *   <li>Nothing blocks. All methods may be called from any thread, I/O threads included, except
 *       {@link #join} and {@link #leave}, which are called on the channel's {@link Lanes lane}.
 *   <li>A publish with history assigns the next offset, stores and publishes in one atomic step;
 *       its stage completes after that. A stage that completes exceptionally carries a {@link
 *       BrokerException}; with {@code UNAVAILABLE} the publication may or may not be stored.
 *   <li>Publishes made by one thread to one channel are stored in the order of the calls, as far as
 *       their stages complete normally (one that failed with {@code UNAVAILABLE} may still be
 *       carried out by a store that was hung, behind later ones), if all have one priority. Stages
 *       complete on a thread of the broker: what depends on them must not block.
 *   <li>Calls of the {@link Sink} for one channel are made on its lane, serially; between {@link
 *       #join} and {@link Sink#positionLost} publications of a channel with history come with
 *       offsets rising by exactly one within one epoch.
 *   <li>A join's callback runs on the channel's lane, between the publication at {@link
 *       JoinResult#position} and the next one: a subscriber that starts listening inside the
 *       callback misses nothing and gets nothing twice.
 *   <li>{@code recovered} is true only if every missed publication is in the result.
 *   <li>Every queue is bounded. When the store is away, publish, history and join fail fast with
 *       {@code UNAVAILABLE}; a full queue is {@code QUEUE_FULL}, too many idempotency keys are
 *       {@code KEYS_FULL}. When the store is back, channels with local interest are subscribed
 *       again and gaps are filled from the stream, or {@link Sink#positionLost} is called.
 *   <li>A control command reaches the {@link Sink} behind the publications of all channels that
 *       were acknowledged before it was sent, except in a channel that is catching up from its
 *       stream just then. Commands sent by one thread keep their order, as far as their stages
 *       complete normally. A lane that is full of publications costs no command.
 * </ol>
 */
public interface Broker extends AutoCloseable {
    /** What {@link #health} says. */
    enum State {
        UP,
        DOWN
    }

    /** Starts handing over to {@code sink}. Called once, before anything else. */
    void start(Sink sink);

    /** Stores (with history) and sends a publication. */
    CompletionStage<PublishResult> publish(
            String channel, Publication publication, PublishOptions options);

    /**
     * Sends a join or leave to the channel's subscribers on all nodes; at most once.
     *
     * @param priority the channel's
     */
    CompletionStage<@Nullable Void> publishPresence(
            String channel, PresenceEvent event, Priority priority);

    /**
     * A new local subscriber: makes this node hear the channel if it does not yet, and finds its
     * position.
     *
     * @param done gets either a result or an exception, on the channel's lane. After an exception
     *     the broker does not count the subscriber.
     */
    void join(
            String channel,
            JoinRequest request,
            BiConsumer<@Nullable JoinResult, @Nullable BrokerException> done);

    /** The last local subscriber of the channel has left. */
    void leave(String channel);

    /** Reads a part of a channel's stream. An empty stream has offset 0 and a non-empty epoch. */
    CompletionStage<History> history(String channel, HistoryQuery query, HistoryOptions options);

    /**
     * Drops stored publications; the position stays.
     *
     * @param priority the channel's
     */
    CompletionStage<@Nullable Void> removeHistory(String channel, Priority priority);

    /**
     * The highest position of the channel that this node has heard of, which is never below what
     * its subscribers have been given; {@link StreamPosition#NONE} if it remembers none.
     */
    default StreamPosition seen(String channel) {
        return StreamPosition.NONE;
    }

    /**
     * Whether everything in the channel up to a position has been handed to the {@link Sink}. On
     * the channel's lane, at once.
     *
     * @param position of a publication; at {@link StreamPosition#NONE} there is nothing to wait for
     * @return false also if the position is of an epoch that is not the channel's here
     */
    boolean hasDelivered(String channel, StreamPosition position);

    /**
     * Sends a cluster command to every node, this one included; at most once. What was published
     * before and is not acknowledged yet may be overtaken.
     */
    CompletionStage<@Nullable Void> sendControl(Payload command);

    /**
     * Follows the publications of all channels that match, on whichever node they are published:
     * for administration, never for clients. Costs what each of these channels costs a node with a
     * subscriber, and nothing while nobody watches. At most once: what is missed is told (see
     * {@link WatchEvent}), and nobody repeats it. Ends with {@link Watch#close}.
     */
    Watch watch(ChannelPattern pattern, WatchLimits limits);

    /** Whether the store can be reached now. */
    State health();

    /** Time of the last answered probe of the store in milliseconds; 0 without a remote store. */
    double latencyMs();

    /**
     * Publications from the store that this node had no room for since it started: in channels with
     * history they were read again, in others their subscribers here missed them.
     */
    default long overrun() {
        return 0;
    }

    @Override
    void close();
}
