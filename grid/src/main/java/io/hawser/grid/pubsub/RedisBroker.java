package io.hawser.grid.pubsub;

import io.hawser.grid.priority.Priority;
import io.hawser.grid.priority.Shedding;
import io.hawser.grid.redis.RedisConnections;
import io.netty.util.Timeout;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;

/**
 * The broker of a cluster: pub/sub and streams in one Redis. Each channel is a {@link
 * ChannelMachine} on its lane; this class connects them with Redis. Thread-safe.
 *
 * <p>Stages complete on the driver's thread: what depends on them must not block.
 */
public final class RedisBroker implements Broker {
    /** Default of {@code client.publish_queue}: publishes that may wait for the connection. */
    public static final int DEFAULT_PUBLISH_QUEUE = 4096;

    private static final Logger log = LoggerFactory.getLogger(RedisBroker.class);

    private final RedisConnections connections;
    private final Lanes lanes;
    private final ChannelLimits limits;
    private final ChannelCounters counters = new ChannelCounters();
    private final CheckPace checks = new CheckPace(CheckPace.CHECKS_PER_SECOND);
    private final LongAdder droppedInbound = new LongAdder();
    private final RedisStore store;
    private final RedisBus bus;
    private final SharedReads reads;

    /** By bus name; entries come and go on the channel's lane. */
    private final Map<String, RedisChannel> channels = new ConcurrentHashMap<>();

    /** Odd while bus and reads are up; changes with every coming and going of either. */
    private volatile int generation;

    private volatile @Nullable Sink sink;
    private volatile boolean closed;

    /**
     * @param connections not started yet; {@link #start} does it. Stays the caller's, to be closed
     *     after the broker
     * @param lanes stays the caller's, to be closed after the broker
     * @param publishing bounds of publishing
     * @param shedding whether those of low priority are refused sooner
     */
    public RedisBroker(
            RedisConnections connections,
            Lanes lanes,
            PublishLimits publishing,
            Shedding shedding) {
        this(connections, lanes, publishing, shedding, ChannelLimits.DEFAULT);
    }

    RedisBroker(
            RedisConnections connections,
            Lanes lanes,
            PublishLimits publishing,
            Shedding shedding,
            ChannelLimits limits) {
        this.connections = connections;
        this.lanes = lanes;
        this.limits = limits;
        this.store = new RedisStore(connections, publishing, shedding, this::connectionChanged);
        this.reads = new SharedReads(connections.timer());
        this.bus = new RedisBus(connections, new FromBus(), store::publishBeat);
    }

    @Override
    public void start(Sink newSink) {
        sink = newSink;
        connections.start();
    }

    /** What the pub/sub connection says, on the driver's thread. */
    private final class FromBus implements RedisBus.Receiver {
        @Override
        public void message(String name, byte[] message) {
            if (name.equals(ChannelKeys.CONTROL)) {
                takeControl(message);
                return;
            }
            RedisChannel channel = channels.get(name);
            if (channel != null && !offer(channel.channel, () -> arrived(channel, message))) {
                suspect(channel);
            }
        }

        @Override
        public void subscribed(String name, long connection) {
            RedisChannel channel = channels.get(name);
            if (channel != null) {
                lanes.execute(channel.channel, () -> confirmed(channel, connection));
            }
        }

        @Override
        public void changed() {
            connectionChanged();
        }
    }

    /** A lane that is full of publications costs no command. */
    private void takeControl(byte[] message) {
        if (!lanes.offerBehindAll(() -> control(message))) {
            droppedInbound.increment();
            log.error("a control command is lost: too many wait already");
        }
    }

    private boolean offer(String channel, Runnable task) {
        boolean taken = lanes.offer(channel, task);
        if (!taken) {
            droppedInbound.increment();
        }
        return taken;
    }

    /** Once its lane is through, the channel looks what it missed. */
    private void suspect(RedisChannel channel) {
        if (channel.suspected.compareAndSet(false, true)) {
            lanes.execute(
                    channel.channel,
                    () -> {
                        channel.suspected.set(false);
                        channel.step(new ChannelEvent.Suspected());
                    });
        }
    }

    private void confirmed(RedisChannel channel, long connection) {
        if (bus.isCurrent(connection)) {
            channel.step(new ChannelEvent.SubscribeConfirmed());
        }
    }

    private void arrived(RedisChannel channel, byte[] message) {
        channel.step(event(channel.channel, message));
    }

    /** A frame that cannot be read makes the channel look into the stream. */
    private ChannelEvent event(String channel, byte[] message) {
        try {
            BusFrame.Placed placed = BusFrame.decodeMessage(message);
            return switch (placed.body()) {
                case BusFrame.Body.Message body -> {
                    store.seen().saw(channel, placed.position());
                    yield new ChannelEvent.PublicationArrived(
                            placed.position(), body.publication());
                }
                case BusFrame.Body.Presence body -> new ChannelEvent.PresenceArrived(body.event());
                case BusFrame.Body.Renewed renewed -> new ChannelEvent.Suspected();
                case BusFrame.Body.Control body ->
                        throw new BusFrameException("a control command in a channel");
            };
        } catch (BusFrameException e) {
            store.unreadable().increment();
            log.warn("message in {} cannot be read: {}", channel, e.getMessage());
            return new ChannelEvent.Suspected();
        }
    }

    private void control(byte[] message) {
        try {
            if (BusFrame.decodeMessage(message).body() instanceof BusFrame.Body.Control control) {
                sink().control(control.command());
            }
        } catch (BusFrameException e) {
            store.unreadable().increment();
            log.warn("control command cannot be read: {}", e.getMessage());
        }
    }

    /** Any thread: bus or reads came or went. Every channel hears of it on its lane. */
    private void connectionChanged() {
        synchronized (this) {
            boolean wasUp = generation % 2 == 1;
            boolean isUp = bus.isUp() && store.canRead() && !closed;
            if (wasUp == isUp) {
                return;
            }
            generation = generation + 1;
        }
        for (RedisChannel channel : channels.values()) {
            lanes.execute(channel.channel, channel::feelConnection);
        }
    }

    @Override
    public void join(
            String channel,
            JoinRequest request,
            BiConsumer<@Nullable JoinResult, @Nullable BrokerException> done) {
        if (closed) {
            done.accept(
                    null,
                    new BrokerException(BrokerException.Reason.UNAVAILABLE, "broker is closed"));
            return;
        }
        channels.computeIfAbsent(ChannelKeys.bus(channel), name -> newChannel(channel))
                .join(request, done);
    }

    private RedisChannel newChannel(String channel) {
        ChannelMachine machine =
                new ChannelMachine(limits, counters, checks, channel.hashCode(), nowMs());
        return new RedisChannel(this, channel, machine);
    }

    @Override
    public void leave(String channel) {
        RedisChannel known = channels.get(ChannelKeys.bus(channel));
        if (known != null) {
            known.step(new ChannelEvent.Left());
        }
    }

    @Override
    public CompletionStage<PublishResult> publish(
            String channel, Publication publication, PublishOptions options) {
        return store.publish(channel, publication, options);
    }

    @Override
    public CompletionStage<@Nullable Void> publishPresence(
            String channel, PresenceEvent event, Priority priority) {
        return store.publishPresence(channel, event, priority);
    }

    @Override
    public CompletionStage<History> history(
            String channel, HistoryQuery query, HistoryOptions options) {
        StreamPosition seen = store.seen().of(channel);
        return reads.read(
                new SharedReads.Question(channel, query, options.size()),
                history -> isCurrent(channel, history.top(), seen),
                () ->
                        store.read(channel, query, options, options.size(), Witness.NONE)
                                .thenApply(StreamRead::history));
    }

    /**
     * Whoever has published or heard something here finds it in the history.
     *
     * @param seen what this node had seen when it was asked
     */
    private boolean isCurrent(String channel, StreamPosition top, StreamPosition seen) {
        if (seen.epoch().isEmpty()) {
            return true;
        }
        return seen.epoch().equals(top.epoch())
                ? top.offset() >= seen.offset()
                : store.seen().of(channel).epoch().equals(top.epoch());
    }

    @Override
    public CompletionStage<@Nullable Void> removeHistory(String channel, Priority priority) {
        return store.removeHistory(channel, priority)
                .whenComplete((removed, thrown) -> reads.forget(channel));
    }

    @Override
    public CompletionStage<@Nullable Void> sendControl(Payload command) {
        return store.sendControl(command);
    }

    @Override
    public State health() {
        // By the generation, not by the links: only when it has changed do joins find the store.
        boolean joinable = generation % 2 == 1;
        return joinable && bus.isUp() && store.canRead() && store.canPublish() && !closed
                ? State.UP
                : State.DOWN;
    }

    @Override
    public double latencyMs() {
        return store.latencyMs();
    }

    /** How often channels took which way, for metrics: names and counts since the start. */
    public Map<String, Long> counts() {
        Map<String, Long> counts = new TreeMap<>();
        counters.snapshot().forEach((way, count) -> counts.put(way.name(), count));
        counts.put("INBOUND_DROPPED", droppedInbound.sum());
        counts.put("UNREADABLE", store.unreadable().sum());
        return counts;
    }

    int generation() {
        return generation;
    }

    long nowMs() {
        return System.nanoTime() / 1_000_000;
    }

    RedisBus bus() {
        return bus;
    }

    RedisStore store() {
        return store;
    }

    Sink sink() {
        Sink current = sink;
        if (current == null) {
            throw new IllegalStateException("broker was not started");
        }
        return current;
    }

    void onLane(RedisChannel channel, ChannelEvent event) {
        lanes.execute(channel.channel, () -> channel.step(event));
    }

    @Nullable Timeout wakeAt(long atMs, RedisChannel channel) {
        if (closed) {
            return null;
        }
        return connections
                .timer()
                .newTimeout(
                        timeout -> lanes.execute(channel.channel, channel::woken),
                        Math.max(1, atMs - nowMs()),
                        TimeUnit.MILLISECONDS);
    }

    void closed(RedisChannel channel) {
        channels.remove(channel.busName, channel);
    }

    @Override
    public void close() {
        closed = true;
        connectionChanged();
        bus.close();
        store.close();
    }
}
