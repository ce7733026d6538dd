package io.hawser.grid.pubsub;

import io.hawser.grid.priority.Priority;
import io.hawser.grid.pubsub.BrokerException.Reason;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The broker of a node that is alone: everything in memory, history under one bound in bytes (see
 * {@link LocalStreams}). Idempotency keys are remembered for five minutes. Thread-safe.
 */
public final class LocalBroker implements Broker {
    /** Default of {@code broker.local_max_bytes}. */
    public static final long DEFAULT_MAX_BYTES = 64L << 20;

    private static final long SWEEP_MS = 1000;

    private final Lanes lanes;
    private final LocalStreams streams;
    private final LongSupplier clockMs;
    private final SeenPositions seen = new SeenPositions();
    private final ScheduledExecutorService sweeper;

    /**
     * Channels with local subscribers and the epoch these know, empty if they know none. Each value
     * is written only on the channel's lane.
     */
    private final Map<String, String> listening = new ConcurrentHashMap<>();

    private final List<Watch> watches = new CopyOnWriteArrayList<>();

    private volatile @Nullable Sink sink;
    private volatile boolean closed;

    /**
     * @param lanes stays the caller's, to be closed after the broker
     * @param maxBytes bound of all history, about the heap it may take; at least 64 KiB
     */
    public LocalBroker(Lanes lanes, long maxBytes) {
        this(lanes, maxBytes, PublishLimits.DEFAULT_IDEMPOTENCY_MAX);
    }

    /**
     * @param lanes stays the caller's, to be closed after the broker
     * @param maxBytes bound of all history, about the heap it may take; at least 64 KiB
     * @param idempotencyMax idempotency keys that a channel remembers at once, at least 1
     */
    public LocalBroker(Lanes lanes, long maxBytes, int idempotencyMax) {
        this(lanes, maxBytes, idempotencyMax, () -> System.nanoTime() / 1_000_000);
    }

    LocalBroker(Lanes lanes, long maxBytes, int idempotencyMax, LongSupplier clockMs) {
        if (maxBytes < 1 << 16) {
            throw new IllegalArgumentException("maxBytes " + maxBytes + " is below 64 KiB");
        }
        this.lanes = lanes;
        this.streams = new LocalStreams(maxBytes, idempotencyMax);
        this.clockMs = clockMs;
        this.sweeper =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().name("local-broker-sweep").daemon().factory());
    }

    @Override
    public void start(Sink newSink) {
        sink = newSink;
        var _ =
                sweeper.scheduleWithFixedDelay(
                        this::sweep, SWEEP_MS, SWEEP_MS, TimeUnit.MILLISECONDS);
    }

    /** Drops what has expired, and tells whom it concerns. */
    void sweep() {
        tellLost(streams.sweep(clockMs.getAsLong()));
    }

    @Override
    public CompletionStage<PublishResult> publish(
            String channel, Publication publication, PublishOptions options) {
        return onLane(
                channel,
                publication.approximateBytes(),
                () -> publishNow(channel, publication, options));
    }

    /** What is published is handed over in the same step. */
    @Override
    public boolean hasDelivered(String channel, StreamPosition position) {
        return true;
    }

    private PublishResult publishNow(
            String channel, Publication publication, PublishOptions options) {
        LocalStreams.Appended appended =
                streams.append(channel, publication, options, clockMs.getAsLong());
        Publication stored = appended.stored();
        seen.saw(channel, appended.result().position());
        if (stored != null) {
            deliver(channel, stored, appended.result().position().epoch());
            tellWatches(channel, stored, appended.result().position());
        }
        tellLost(appended.evicted());
        return appended.result();
    }

    private void tellWatches(String channel, Publication stored, StreamPosition position) {
        for (Watch watch : watches) {
            if (watch.pattern().matches(channel)) {
                watch.offer(new WatchEvent.Published(channel, position, stored));
            }
        }
    }

    @Override
    public Watch watch(ChannelPattern pattern, WatchLimits limits) {
        var watch = new Watch(pattern, limits, watches::remove);
        watches.add(watch);
        watch.complete();
        return watch;
    }

    private void deliver(String channel, Publication stored, String epoch) {
        String known = listening.get(channel);
        if (known == null) {
            return;
        }
        if (known.isEmpty() || epoch.isEmpty()) {
            sink().publication(channel, stored.withOffset(0));
        } else if (known.equals(epoch)) {
            sink().publication(channel, stored);
        } else {
            lose(channel);
        }
    }

    /** Local subscribers of channels whose stream is gone hear of it on their lanes. */
    private void tellLost(List<String> channels) {
        for (String channel : channels) {
            if (listening.containsKey(channel)) {
                lanes.execute(channel, () -> checkEpoch(channel));
            }
        }
    }

    private void checkEpoch(String channel) {
        String known = listening.get(channel);
        if (known != null
                && !known.isEmpty()
                && !known.equals(streams.epoch(channel, clockMs.getAsLong()))) {
            lose(channel);
        }
    }

    /** Nobody gets anything more until the next join. */
    private void lose(String channel) {
        listening.remove(channel);
        sink().positionLost(channel);
    }

    @Override
    public CompletionStage<@Nullable Void> publishPresence(
            String channel, PresenceEvent event, Priority priority) {
        return onLane(
                channel,
                0,
                () -> {
                    if (listening.containsKey(channel)) {
                        sink().presence(channel, event);
                    }
                    return null;
                });
    }

    @Override
    public void join(
            String channel,
            JoinRequest request,
            BiConsumer<@Nullable JoinResult, @Nullable BrokerException> done) {
        if (closed) {
            done.accept(null, new BrokerException(Reason.UNAVAILABLE, "broker is closed"));
            return;
        }
        if (!request.history().enabled()) {
            listening.putIfAbsent(channel, "");
            done.accept(new JoinResult(StreamPosition.NONE, false, List.of()), null);
            return;
        }
        JoinResult result = recover(channel, request);
        checkEpoch(channel);
        listening.put(channel, result.position().epoch());
        done.accept(result, null);
    }

    private JoinResult recover(String channel, JoinRequest request) {
        StreamPosition since = request.since();
        int limit = since == null ? 0 : Math.min(request.recoveryLimit(), request.history().size());
        History missed =
                streams.read(
                        channel,
                        new HistoryQuery(since, limit, false),
                        request.history(),
                        clockMs.getAsLong());
        StreamPosition top = missed.top();
        seen.saw(channel, top);
        boolean recovered =
                since != null
                        && Recovery.sameEpoch(since, top.epoch())
                        && Recovery.withinLimits(request, top.offset() - since.offset())
                        && Recovery.complete(missed.publications(), since.offset(), top.offset());
        return new JoinResult(top, recovered, recovered ? missed.publications() : List.of());
    }

    @Override
    public void leave(String channel) {
        listening.remove(channel);
    }

    @Override
    public CompletionStage<History> history(
            String channel, HistoryQuery query, HistoryOptions options) {
        return onLane(channel, 0, () -> streams.read(channel, query, options, clockMs.getAsLong()));
    }

    @Override
    public CompletionStage<@Nullable Void> removeHistory(String channel, Priority priority) {
        return onLane(
                channel,
                0,
                () -> {
                    streams.remove(channel);
                    return null;
                });
    }

    @Override
    public StreamPosition seen(String channel) {
        return seen.of(channel);
    }

    /** Drops what a stream has up to a position of its epoch. Never blocks. */
    public void trim(String channel, StreamPosition upTo) {
        lanes.execute(channel, () -> streams.trim(channel, upTo));
    }

    @Override
    public CompletionStage<@Nullable Void> sendControl(Payload command) {
        return taken(
                lanes::offerBehindAll,
                () -> {
                    sink().control(command);
                    return null;
                });
    }

    /** Runs {@code work} on the channel's lane; fails at once if too much waits there. */
    private <T extends @Nullable Object> CompletionStage<T> onLane(
            String channel, int bytes, Supplier<T> work) {
        return taken(task -> lanes.offer(channel, bytes, task), work);
    }

    private <T extends @Nullable Object> CompletionStage<T> taken(
            Predicate<Runnable> lane, Supplier<T> work) {
        if (closed) {
            return CompletableFuture.failedFuture(
                    new BrokerException(Reason.UNAVAILABLE, "broker is closed"));
        }
        CompletableFuture<T> answer = new CompletableFuture<>();
        return lane.test(() -> complete(answer, work))
                ? answer
                : CompletableFuture.failedFuture(
                        new BrokerException(Reason.QUEUE_FULL, "too much waits for its channel"));
    }

    private static <T extends @Nullable Object> void complete(
            CompletableFuture<T> answer, Supplier<T> work) {
        T value;
        try {
            value = work.get();
        } catch (BrokerException e) {
            answer.completeExceptionally(e);
            return;
        } catch (RuntimeException e) {
            answer.completeExceptionally(
                    new BrokerException(Reason.FAILED, "local broker failed", e));
            return;
        }
        answer.complete(value);
    }

    private Sink sink() {
        Sink current = sink;
        if (current == null) {
            throw new IllegalStateException("broker was not started");
        }
        return current;
    }

    /** About how many bytes of heap the history takes. */
    public long historyBytes() {
        return streams.bytes();
    }

    @Override
    public State health() {
        return closed ? State.DOWN : State.UP;
    }

    @Override
    public double latencyMs() {
        return 0;
    }

    @Override
    public void close() {
        closed = true;
        sweeper.shutdownNow();
    }
}
