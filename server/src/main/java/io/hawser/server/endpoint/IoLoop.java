package io.hawser.server.endpoint;

import io.hawser.grid.metrics.LatencyHistogram;
import io.hawser.grid.priority.Priority;
import io.hawser.grid.priority.TaskLanes;
import io.hawser.grid.pubsub.Lanes;
import io.hawser.server.config.ChannelOptions;
import io.hawser.server.session.ClientSession;
import io.hawser.server.session.Selection;
import io.hawser.server.session.SessionCounters;
import io.hawser.server.session.SlowConsumer;
import io.hawser.server.uring.IoUring;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.XnioExecutor;
import org.xnio.XnioIoThread;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * What one I/O thread owns: its connections, which of them are in which channel, and its tasks, in
 * a lane for each priority. Everything about a channel that reaches a connection comes through one
 * lane, so that it keeps its order; channels of high priority go before the others. At the end of
 * each batch the deliveries of every channel go to its members as one frame, and every connection
 * that got something is written to once.
 *
 * <p>{@link #execute}, {@link #deliver}, {@link #size}, {@link #isStuck} and {@link #takeLatency}
 * are for any thread, the rest for the I/O thread alone.
 */
final class IoLoop {
    private static final Logger log = LoggerFactory.getLogger(IoLoop.class);

    /**
     * Deliveries of one priority that may wait; beyond it the channel's thread waits, which slows
     * publishers. It waits until one of that priority has gone, which for low is soon as well.
     */
    private static final int MAX_DELIVERIES = 4096;

    /** What a task counts when lanes share, as much as a small delivery. */
    private static final int TASK_BYTES = 100;

    /** Tasks run before connections are flushed, so that a flood cannot starve the sockets. */
    private static final int MAX_BATCH = 256;

    /**
     * Longer than this tasks do not wait while the thread serves one ready socket after the other.
     */
    private static final long MAX_BREATH_NANOS = 5_000_000;

    /** Frames that one write hands to the kernel at most. */
    private static final int MAX_GATHER = 64;

    /** Empty queues kept for the next connection that needs one. */
    private static final int MAX_SPARE_QUEUES = 256;

    /** Departed connections cleaned up in one go, every millisecond. */
    private static final int MAX_DEPARTURES = 64;

    private static final long SWEEP_MS = 1_000;

    /** A thread that has not swept for so long is held up. */
    private static final long STUCK_NANOS = 5_000_000_000L;

    private final XnioIoThread thread;
    private final SessionCounters counters;
    private final OutLimits limits;
    private final DeltaChannels deltas;
    private final SharedFilters filters;
    private final TaskLanes tasks = new TaskLanes();
    private final AtomicBoolean scheduled = new AtomicBoolean();

    /** How many wait, by priority. */
    private final AtomicIntegerArray deliveries = new AtomicIntegerArray(Priority.values().length);

    private final AtomicInteger size = new AtomicInteger();

    private final Map<String, ChannelSubscribers> channels = new HashMap<>();
    private final Set<ClientConnection> connections = new HashSet<>();

    private final Arena arena = new Arena();
    private final FrameWriter writer = new FrameWriter(arena);
    private final Dispatch dispatch;
    private final Flusher flusher;
    private final BatchLatency latency = new BatchLatency();
    private final Frame[] gatherFrames = new Frame[MAX_GATHER];
    private final ByteBuffer[] gatherBuffers = new ByteBuffer[MAX_GATHER];
    private final ArrayDeque<OutQueue> spareQueues = new ArrayDeque<>();

    /** Channels with deliveries of this batch, in the order of the first of each. */
    private List<ChannelSubscribers> touched = new ArrayList<>();

    /** Connections with something to send; the second list takes those marked while flushing. */
    private List<ClientConnection> dirty = new ArrayList<>();

    private List<ClientConnection> flushing = new ArrayList<>();

    /** Deliveries of this batch. */
    private int pending;

    private boolean endPlanned;

    /** Milliseconds since 1970; 0 before the first. */
    private long lastSweepMs;

    /** When tasks were last run. */
    private long ranNanos = System.nanoTime();

    private volatile long sweptNanos = System.nanoTime();

    /** Connections whose socket is gone; bounded by the number of connections. */
    private final ArrayDeque<ClientConnection> departures = new ArrayDeque<>();

    private volatile XnioExecutor.@Nullable Key sweep;
    private volatile boolean stopped;

    IoLoop(
            XnioIoThread thread,
            SessionCounters counters,
            OutLimits limits,
            DeltaChannels deltas,
            SharedFilters filters,
            IoUring uring) {
        this.thread = thread;
        this.counters = counters;
        this.limits = limits;
        this.deltas = deltas;
        this.filters = filters;
        this.dispatch = new Dispatch(writer, counters);
        this.flusher = new Flusher(uring);
    }

    void start() {
        sweep = thread.executeAtInterval(this::sweep, SWEEP_MS, TimeUnit.MILLISECONDS);
    }

    void stop() {
        stopped = true;
        XnioExecutor.Key key = sweep;
        if (key != null) {
            key.remove();
        }
        try {
            thread.execute(flusher::close);
        } catch (RejectedExecutionException e) {
            log.debug("the thread has ended, and the process with it", e);
        }
    }

    // From any thread

    /** Runs a task on the I/O thread, after everything that was queued before. */
    void execute(Runnable task) {
        tasks.addBehindAll(task, TASK_BYTES);
        schedule();
    }

    /** Runs a task on the I/O thread, after what was queued before in the same lane. */
    void execute(Runnable task, Priority lane) {
        tasks.add(task, lane, TASK_BYTES);
        schedule();
    }

    private void schedule() {
        if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
            thread.execute(this::run);
        }
    }

    /**
     * Hands a channel's message to this thread's subscribers. Holds up a thread of {@link Lanes}
     * while too many are queued with the same priority; others bring little, and none while {@link
     * #isBehind}.
     */
    // The ordinal is an index into an array of this process; it is never stored or sent.
    @SuppressWarnings("EnumOrdinal")
    void deliver(String channel, Delivery delivery, Priority lane) {
        int index = lane.ordinal();
        while (deliveries.get(index) >= MAX_DELIVERIES && !stopped && Lanes.isLaneThread()) {
            LockSupport.parkNanos(100_000);
        }
        deliveries.incrementAndGet(index);
        tasks.add(
                () -> {
                    deliveries.decrementAndGet(index);
                    queue(channel, delivery);
                },
                lane,
                delivery.approximateBytes());
        schedule();
    }

    /** Connections of this thread. */
    int size() {
        return size.get();
    }

    /** Whether half of what may wait of a priority does; any thread. */
    boolean isBehind() {
        for (int i = 0; i < deliveries.length(); i++) {
            if (deliveries.get(i) >= MAX_DELIVERIES / 2) {
                return true;
            }
        }
        return false;
    }

    /** How long deliveries took since the last call. */
    LatencyHistogram takeLatency() {
        return latency.take();
    }

    // On the I/O thread

    SessionCounters counters() {
        return counters;
    }

    OutLimits limits() {
        return limits;
    }

    FrameWriter writer() {
        return writer;
    }

    /** Whatever fails in a batch, the next one comes. */
    private void run() {
        try {
            runTasks();
            if (limits.writeDelayMs() == 0 || pending >= MAX_DELIVERIES) {
                endBatch();
            } else {
                endBatchLater();
            }
        } finally {
            ranNanos = System.nanoTime();
            scheduled.set(false);
            if (tasks.size() > 0 || (!dirty.isEmpty() && !endPlanned)) {
                schedule();
            }
        }
    }

    /**
     * XNIO runs tasks only when it has served all sockets that are ready. When thousands are, as
     * when thousands of clients vanish or connect together, what others are to get would wait for
     * all of them. To be called after each, not within a batch.
     */
    void breathe() {
        if (scheduled.get() && System.nanoTime() - ranNanos > MAX_BREATH_NANOS) {
            run();
        }
    }

    private void runTasks() {
        for (int i = 0; i < MAX_BATCH; i++) {
            Runnable task = tasks.poll();
            if (task == null) {
                return;
            }
            runSafely(task);
        }
    }

    private void endBatchLater() {
        if (!endPlanned && !(touched.isEmpty() && dirty.isEmpty())) {
            endPlanned = true;
            thread.executeAfter(
                    () -> {
                        endPlanned = false;
                        endBatch();
                    },
                    limits.writeDelayMs(),
                    TimeUnit.MILLISECONDS);
        }
    }

    private static void runSafely(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            log.error("a task of a connection failed", e);
        }
    }

    private void endBatch() {
        for (ChannelSubscribers channel : touched) {
            dispatch(channel);
        }
        touched.clear();
        pending = 0;
        while (!dirty.isEmpty()) {
            flushDirty();
        }
        latency.endBatch();
        dispatch.endBatch();
        arena.endBatch();
    }

    /** What cannot be encoded is a fault of ours: its subscribers must not take it for silence. */
    private void dispatch(ChannelSubscribers channel) {
        try {
            channel.dispatch(dispatch);
        } catch (RuntimeException e) {
            log.error("a channel's messages could not be sent", e);
            positionLostNow(channel);
        }
    }

    private void flushDirty() {
        List<ClientConnection> batch = dirty;
        dirty = flushing;
        flushing = batch;
        flusher.flush(batch);
        batch.clear();
    }

    /** The connection has something to send: it is flushed at the end of this batch. */
    void markDirty(ClientConnection connection) {
        dirty.add(connection);
        schedule();
    }

    // Connections and channels

    void add(ClientConnection connection) {
        connections.add(connection);
        size.incrementAndGet();
        counters.connections.increment();
    }

    void remove(ClientConnection connection) {
        if (connections.remove(connection)) {
            size.decrementAndGet();
            counters.connections.decrement();
        }
    }

    /**
     * The connection's socket is gone: the rest of its end comes in its turn, so that thousands who
     * vanish together do not hold up those who stay.
     */
    void depart(ClientConnection connection) {
        departures.add(connection);
        if (departures.size() == 1) {
            departLater();
        }
    }

    private void departLater() {
        try {
            thread.executeAfter(this::departSome, 1, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            log.debug("the thread ends: everybody departs at once", e);
            while (!departures.isEmpty()) {
                departNext();
            }
        }
    }

    private void departSome() {
        for (int i = 0; i < MAX_DEPARTURES && !departures.isEmpty(); i++) {
            departNext();
        }
        if (!departures.isEmpty()) {
            departLater();
        }
    }

    private void departNext() {
        runSafely(departures.peek()::departed);
        departures.remove();
    }

    /** What came before goes to those who were there before. */
    Membership attach(
            String channel,
            ChannelOptions options,
            ClientConnection connection,
            Selection selection) {
        ChannelSubscribers subscribers =
                channels.computeIfAbsent(channel, c -> new ChannelSubscribers(c, options, filters));
        dispatch(subscribers);
        if (selection.delta()) {
            deltas.add(channel);
        }
        return subscribers.add(connection, selection);
    }

    void detach(Membership member) {
        ChannelSubscribers subscribers = member.channel;
        dispatch(subscribers);
        subscribers.remove(member);
        if (member.delta) {
            deltas.remove(subscribers.channel());
        }
        if (subscribers.isEmpty()) {
            channels.remove(subscribers.channel());
        }
    }

    private void queue(String channel, Delivery delivery) {
        ChannelSubscribers subscribers = channels.get(channel);
        if (subscribers == null) {
            return;
        }
        pending++;
        latency.add(delivery);
        if (subscribers.queue(delivery)) {
            touched.add(subscribers);
        }
    }

    /** Tells every subscriber of the channel on this thread. */
    void positionLost(String channel, Priority lane) {
        execute(
                () -> {
                    ChannelSubscribers subscribers = channels.get(channel);
                    if (subscribers != null) {
                        dispatch(subscribers);
                        positionLostNow(subscribers);
                    }
                },
                lane);
    }

    private static void positionLostNow(ChannelSubscribers subscribers) {
        for (ClientConnection connection : subscribers.copy()) {
            runSafely(() -> connection.session().positionLost(subscribers.channel()));
        }
    }

    /**
     * The clients of this thread that do not keep up: those for whom most waits, at most so many.
     */
    List<SlowConsumer> slow(int limit) {
        return connections.stream()
                .map(ClientConnection::slow)
                .flatMap(Stream::ofNullable)
                .sorted(Comparator.comparingLong(SlowConsumer::bytes).reversed())
                .limit(limit)
                .toList();
    }

    /** The clients of this thread that are not about to end, also those not authenticated yet. */
    List<ClientSession> staying() {
        return connections.stream()
                .filter(ClientConnection::stays)
                .map(ClientConnection::session)
                .toList();
    }

    // Queues

    /** For what one write or send takes. */
    Frame[] gatherFrames() {
        return gatherFrames;
    }

    /** The same frames' bytes. */
    ByteBuffer[] gatherBuffers() {
        return gatherBuffers;
    }

    OutQueue borrowQueue() {
        OutQueue spare = spareQueues.poll();
        return spare == null ? new OutQueue() : spare;
    }

    void giveBack(OutQueue used) {
        used.clear();
        if (spareQueues.size() < MAX_SPARE_QUEUES) {
            spareQueues.add(used);
        }
    }

    /** Whether the thread has not gone on for long at that {@code nanoTime}. */
    boolean isStuck(long nanos) {
        return nanos - sweptNanos > STUCK_NANOS;
    }

    private void sweep() {
        long now = System.currentTimeMillis();
        long lateMs = lastSweepMs == 0 ? 0 : now - lastSweepMs - SWEEP_MS;
        lastSweepMs = now;
        long nanos = System.nanoTime();
        sweptNanos = nanos;
        for (ClientConnection connection : List.copyOf(connections)) {
            if (lateMs > SWEEP_MS) {
                runSafely(() -> connection.stalled(lateMs));
            }
            tickSafely(connection, now, nanos);
        }
        endBatch();
    }

    private static void tickSafely(ClientConnection connection, long nowMs, long nanos) {
        try {
            connection.tick(nowMs, nanos);
        } catch (RuntimeException e) {
            log.error("a connection's timers failed", e);
        }
    }
}
