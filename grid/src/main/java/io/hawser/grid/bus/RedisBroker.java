package io.hawser.grid.bus;

import io.hawser.grid.priority.Priority;
import io.hawser.grid.priority.Shedding;
import io.hawser.grid.pubsub.Broker;
import io.hawser.grid.pubsub.BrokerException;
import io.hawser.grid.pubsub.ChannelPattern;
import io.hawser.grid.pubsub.History;
import io.hawser.grid.pubsub.HistoryOptions;
import io.hawser.grid.pubsub.HistoryQuery;
import io.hawser.grid.pubsub.JoinRequest;
import io.hawser.grid.pubsub.JoinResult;
import io.hawser.grid.pubsub.Lanes;
import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.PresenceEvent;
import io.hawser.grid.pubsub.Publication;
import io.hawser.grid.pubsub.PublishLimits;
import io.hawser.grid.pubsub.PublishOptions;
import io.hawser.grid.pubsub.PublishResult;
import io.hawser.grid.pubsub.Sink;
import io.hawser.grid.pubsub.StreamPosition;
import io.hawser.grid.pubsub.Watch;
import io.hawser.grid.pubsub.WatchLimits;
import io.hawser.grid.redis.RedisConnections;
import io.hawser.grid.redis.RedisServers;
import io.hawser.grid.stream.ChannelCounters;
import io.hawser.grid.stream.ChannelEvent;
import io.hawser.grid.stream.ChannelLimits;
import io.hawser.grid.stream.ChannelMachine;
import io.hawser.grid.stream.CheckPace;
import io.hawser.grid.stream.StreamRead;
import io.hawser.grid.stream.Witness;
import io.netty.util.Timeout;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * The broker of a cluster: pub/sub and streams in Redis, on as many servers as {@link RedisServers}
 * says. Each channel is a {@link ChannelMachine} on its lane; this class connects them with the
 * server that has them. Thread-safe.
 *
 * <p>With several servers each fails alone: its channels are away, the others are not. A control
 * command is then behind the publications of the channels on its own server only.
 *
 * <p>Stages complete on the driver's thread: what depends on them must not block.
 */
public final class RedisBroker implements Broker {
    /** Longer messages are taken apart by a lane's thread in any case: they may be compressed. */
    private static final int LITTLE_BYTES = 4096;

    private static final Logger log = LoggerFactory.getLogger(RedisBroker.class);

    private final RedisServers servers;
    private final Lanes lanes;
    private final PublishLimits publishing;
    private final Shedding shedding;
    private final ChannelLimits limits;
    private final ChannelCounters counters = new ChannelCounters();
    private final CheckPace checks = new CheckPace(CheckPace.CHECKS_PER_SECOND);
    private final LongAdder droppedInbound = new LongAdder();
    private final StreamMemory memory = new StreamMemory();
    private final BusEvents events = new BusEvents(memory);
    private final SharedReads reads;
    private final RedisWatches watches;

    /** Whole maps take each other's place. */
    private volatile Map<RedisConnections, RedisPart> parts = Map.of();

    /** Changes whenever channels may have got another server. */
    private volatile int route;

    /** By bus name; entries come and go on the channel's lane. */
    private final Map<String, RedisChannel> channels = new ConcurrentHashMap<>();

    private volatile @Nullable Sink sink;
    private volatile boolean closed;

    /**
     * @param servers not started yet; {@link #start} does it. Stay the caller's, to be closed after
     *     the broker
     * @param lanes stays the caller's, to be closed after the broker
     * @param publishing bounds of publishing
     * @param shedding whether those of low priority are refused sooner
     */
    public RedisBroker(
            RedisServers servers, Lanes lanes, PublishLimits publishing, Shedding shedding) {
        this(servers, lanes, publishing, shedding, ChannelLimits.DEFAULT);
    }

    RedisBroker(
            RedisServers servers,
            Lanes lanes,
            PublishLimits publishing,
            Shedding shedding,
            ChannelLimits limits) {
        this.servers = servers;
        this.lanes = lanes;
        this.publishing = publishing;
        this.shedding = shedding;
        this.limits = limits;
        this.reads = new SharedReads(servers.timer());
        this.watches = new RedisWatches(servers, this::beatsOf, memory.unreadable());
    }

    @Override
    public void start(Sink newSink) {
        sink = newSink;
        servers.listen(this::serversChanged);
        serversChanged();
        servers.start();
    }

    /** Servers came or went, or have other channels. */
    private void serversChanged() {
        List<RedisPart> gone;
        synchronized (this) {
            Map<RedisConnections, RedisPart> before = parts;
            Map<RedisConnections, RedisPart> now = new HashMap<>();
            for (RedisConnections server : closed ? List.<RedisConnections>of() : servers.all()) {
                RedisPart known = before.get(server);
                now.put(server, known != null ? known : newPart(server));
            }
            gone = before.values().stream().filter(part -> !now.containsValue(part)).toList();
            parts = Map.copyOf(now);
            route = route + 1;
        }
        parts.keySet().forEach(RedisConnections::start);
        hearControl();
        tellAll();
        gone.forEach(RedisPart::close);
        watches.serversChanged();
    }

    private BusPulse.Publisher beatsOf(RedisConnections server) {
        return (name, beat) -> at(parts.get(server), store -> store.publishBeat(name, beat));
    }

    private RedisPart newPart(RedisConnections server) {
        return new RedisPart(server, servers, publishing, shedding, memory, new FromParts());
    }

    /** The name may have come to a server whose connection is up already. */
    private void hearControl() {
        for (RedisPart part : parts.values()) {
            if (part.bus().isUp() && servers.bringsToAll(part.server(), ChannelKeys.CONTROL)) {
                part.bus().subscribe(ChannelKeys.CONTROL);
            }
        }
    }

    /** Every channel looks on its lane whether its server is another, or came or went. */
    private void tellAll() {
        for (RedisChannel channel : channels.values()) {
            lanes.execute(channel.channel, channel::feelConnection);
        }
    }

    /** The channel's; null while nobody knows which. */
    @Nullable RedisPart part(String channel) {
        RedisConnections server = servers.of(ChannelKeys.tag(channel));
        return server == null ? null : parts.get(server);
    }

    /** As {@link #part}, for one command. */
    private <T extends @Nullable Object> CompletionStage<T> at(
            String channel, Function<RedisStore, CompletionStage<T>> command) {
        return at(part(channel), command);
    }

    private static <T extends @Nullable Object> CompletionStage<T> at(
            @Nullable RedisPart part, Function<RedisStore, CompletionStage<T>> command) {
        return part == null
                ? CompletableFuture.failedStage(
                        new BrokerException(
                                BrokerException.Reason.UNAVAILABLE,
                                "no Redis is known to have this"))
                : command.apply(part.store());
    }

    /** What the servers bring. */
    private final class FromParts implements RedisPart.Listener {
        @Override
        public void message(RedisPart part, String name, byte[] message) {
            if (name.equals(ChannelKeys.CONTROL)) {
                takeControl(message);
                return;
            }
            RedisChannel channel = channels.get(name);
            if (channel != null && !offer(channel, part, message)) {
                suspect(channel);
            }
        }

        @Override
        public void subscribed(RedisPart part, String name, long connection) {
            RedisChannel channel = channels.get(name);
            if (channel != null) {
                lanes.execute(channel.channel, () -> confirmed(channel, part, connection));
            }
        }

        @Override
        public void dropped(RedisPart part, String name) {
            RedisChannel channel = channels.get(name);
            if (channel != null) {
                lanes.execute(channel.channel, () -> channel.dropped(part));
            }
        }

        @Override
        public void turned(RedisPart part) {
            tellAll();
        }
    }

    /** A lane that is full of publications costs no command. */
    private void takeControl(byte[] message) {
        if (!lanes.offerBehindAll(() -> control(message))) {
            droppedInbound.increment();
            log.error("a control command is lost: too many wait already");
        }
    }

    /** On the driver's thread, which does what is little itself, unless it might be held up. */
    private boolean offer(RedisChannel channel, RedisPart part, byte[] message) {
        Runnable task = () -> arrived(channel, part, message);
        boolean here = message.length <= LITTLE_BYTES && !sink().isBehind();
        boolean taken =
                here
                        ? lanes.offerOrRun(channel.channel, message.length, task)
                        : lanes.offer(channel.channel, message.length, task);
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

    private static void confirmed(RedisChannel channel, RedisPart part, long connection) {
        if (channel.isAt(part) && part.bus().isCurrent(connection)) {
            channel.step(new ChannelEvent.SubscribeConfirmed());
        }
    }

    /** A server that the channel has left may go on for a while. */
    private void arrived(RedisChannel channel, RedisPart part, byte[] message) {
        if (channel.isAt(part)) {
            events.of(channel.channel, message).forEach(channel::step);
        }
    }

    private void control(byte[] message) {
        try {
            if (BusFrame.decodeMessage(message).body() instanceof BusFrame.Body.Control control) {
                sink().control(control.command());
            }
        } catch (BusFrameException e) {
            memory.unreadable().increment();
            log.warn("control command cannot be read: {}", e.getMessage());
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
        return at(channel, store -> store.publish(channel, publication, options));
    }

    @Override
    public CompletionStage<@Nullable Void> publishPresence(
            String channel, PresenceEvent event, Priority priority) {
        return at(channel, store -> store.publishPresence(channel, event, priority));
    }

    @Override
    public CompletionStage<History> history(
            String channel, HistoryQuery query, HistoryOptions options) {
        StreamPosition seen = memory.seen().of(channel);
        return reads.read(
                new SharedReads.Question(channel, query, options.size()),
                history -> isCurrent(channel, history.top(), seen),
                () -> at(channel, store -> readAlone(store, channel, query, options)));
    }

    private static CompletionStage<History> readAlone(
            RedisStore store, String channel, HistoryQuery query, HistoryOptions options) {
        return store.read(channel, query, options, options.size(), Witness.NONE)
                .thenApply(StreamRead::history);
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
                : memory.seen().of(channel).epoch().equals(top.epoch());
    }

    @Override
    public CompletionStage<@Nullable Void> removeHistory(String channel, Priority priority) {
        return at(channel, store -> store.removeHistory(channel, priority))
                .whenComplete((removed, thrown) -> reads.forget(channel));
    }

    @Override
    public boolean hasDelivered(String channel, StreamPosition position) {
        RedisChannel followed = channels.get(ChannelKeys.bus(channel));
        return followed != null && followed.hasDelivered(position);
    }

    @Override
    public StreamPosition seen(String channel) {
        return memory.seen().of(channel);
    }

    @Override
    public CompletionStage<@Nullable Void> sendControl(Payload command) {
        RedisConnections server = servers.toAll(ChannelKeys.CONTROL);
        return at(server == null ? null : parts.get(server), store -> store.sendControl(command));
    }

    @Override
    public Watch watch(ChannelPattern pattern, WatchLimits newLimits) {
        return watches.open(pattern, newLimits);
    }

    /**
     * Publishes what comes numbered, with this broker's memory of streams, over one more connection
     * to each server.
     *
     * @param queue calls that may wait for each
     */
    public NumberedPublisher numbered(int queue) {
        var publisher =
                new NumberedPublisher(
                        servers, queue, publishing.compressAboveBytes(), memory.seen());
        servers.start();
        return publisher;
    }

    @Override
    public State health() {
        boolean up =
                !closed
                        && servers.isComplete()
                        && !parts.isEmpty()
                        && parts.values().stream().allMatch(RedisPart::isUp);
        return up ? State.UP : State.DOWN;
    }

    /** Of the slowest server. */
    @Override
    public double latencyMs() {
        return parts.values().stream()
                .mapToDouble(part -> part.store().latencyMs())
                .max()
                .orElse(0);
    }

    /** How often channels took which way, for metrics: names and counts since the start. */
    public Map<String, Long> counts() {
        Map<String, Long> counts = new TreeMap<>();
        counters.snapshot().forEach((way, count) -> counts.put(way.name(), count));
        counts.put("INBOUND_DROPPED", droppedInbound.sum());
        counts.put("BATCHES", parts.values().stream().mapToLong(p -> p.store().batches()).sum());
        counts.put(
                "BATCHED_PUBLICATIONS",
                parts.values().stream().mapToLong(p -> p.store().batchedPublications()).sum());
        counts.put("UNREADABLE", memory.unreadable().sum());
        return counts;
    }

    @Override
    public long overrun() {
        return droppedInbound.sum();
    }

    /** Channels that are heard, or will be. */
    int heard() {
        return channels.size();
    }

    int route() {
        return route;
    }

    long nowMs() {
        return System.nanoTime() / 1_000_000;
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
        return servers.timer()
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
        serversChanged();
    }
}
