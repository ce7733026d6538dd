package io.hawser.server.endpoint;

import io.hawser.grid.metrics.LatencyHistogram;
import io.hawser.grid.priority.Priority;
import io.hawser.grid.priority.Shedding;
import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.PresenceEvent;
import io.hawser.grid.pubsub.Publication;
import io.hawser.grid.pubsub.Sink;
import io.hawser.server.config.ClientConfig;
import io.hawser.server.protocol.Push;
import io.hawser.server.session.ClientSession;
import io.hawser.server.session.SessionCounters;
import io.hawser.server.session.SlowConsumer;
import io.hawser.server.session.SlowConsumers;
import io.hawser.server.uring.IoUring;
import io.hawser.server.websocket.SocketSession;

import org.xnio.XnioIoThread;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Hands what happens in a channel to every I/O thread, once each; the threads know who is in it.
 * Thread-safe.
 */
public final class FanOut implements Sink, AutoCloseable {
    private final Map<XnioIoThread, IoLoop> loops = new ConcurrentHashMap<>();
    private final Consumer<Payload> control;
    private final SessionCounters counters;
    private final OutLimits limits;
    private final Function<String, Priority> priorities;
    private final IoUring uring;
    private final DeltaChannels deltas = new DeltaChannels();
    private final SharedFilters filters = new SharedFilters();

    /**
     * @param control takes cluster commands; must not block
     * @param client says what may wait for a connection, and for how long
     * @param shedding whether what is of low priority is dropped sooner
     * @param priorities of each channel, always the same; any thread
     * @param uring how I/O threads send to many sockets
     */
    public FanOut(
            Consumer<Payload> control,
            SessionCounters counters,
            ClientConfig client,
            Shedding shedding,
            Function<String, Priority> priorities,
            IoUring uring) {
        this.control = control;
        this.counters = counters;
        this.priorities = priorities;
        this.uring = uring;
        this.limits =
                new OutLimits(
                        client.queueMaxSize().intBytes(), client.writeDelay().toMillis(), shedding);
    }

    /** How a socket is written to. */
    Wire wire(SocketSession socket) {
        return new WebSocketWire(socket, socket.descriptor(uring));
    }

    /** The loop of an I/O thread, made when its first connection comes. */
    IoLoop loop(XnioIoThread thread) {
        IoLoop loop = loops.get(thread);
        return loop != null ? loop : loops.computeIfAbsent(thread, this::started);
    }

    private IoLoop started(XnioIoThread thread) {
        var loop = new IoLoop(thread, counters, limits, deltas, filters, uring);
        loop.start();
        return loop;
    }

    Collection<IoLoop> loops() {
        return loops.values();
    }

    /** Connections on all I/O threads. */
    public int connections() {
        return loops.values().stream().mapToInt(IoLoop::size).sum();
    }

    /** Whether an I/O thread has not gone on for five seconds: something holds it up. */
    public boolean isStuck() {
        long nanos = System.nanoTime();
        return loops.values().stream().anyMatch(loop -> loop.isStuck(nanos));
    }

    /**
     * How long publications took from their channel's thread to the sockets, on all I/O threads
     * since the last call. Meant for one caller.
     */
    public LatencyHistogram takeLatency() {
        return LatencyHistogram.merged(loops.values().stream().map(IoLoop::takeLatency).toList());
    }

    /**
     * Clients that do not keep up, those for whom most waits first.
     *
     * @param limit how many are told at most
     * @param timeout of a thread that does not answer in time nothing is told
     */
    public CompletionStage<SlowConsumers> slow(int limit, Duration timeout) {
        List<CompletableFuture<List<SlowConsumer>>> asked =
                loops.values().stream().map(loop -> ask(loop, limit, timeout)).toList();
        return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
                .handle((done, failure) -> SlowConsumers.of(asked, limit));
    }

    private static CompletableFuture<List<SlowConsumer>> ask(
            IoLoop loop, int limit, Duration timeout) {
        var answer = new CompletableFuture<List<SlowConsumer>>();
        loop.execute(() -> answer.complete(loop.slow(limit)), Priority.HIGH);
        return answer.orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * All clients that are not about to end, also those that have not authenticated yet. Waits for
     * the I/O threads, so it must not be called on one.
     *
     * @param timeout clients of a thread that does not answer in time are left out
     */
    public List<ClientSession> staying(Duration timeout) {
        List<CompletableFuture<List<ClientSession>>> asked = new ArrayList<>();
        for (IoLoop loop : loops.values()) {
            var answer = new CompletableFuture<List<ClientSession>>();
            loop.execute(() -> answer.complete(loop.staying()), Priority.HIGH);
            asked.add(
                    answer.completeOnTimeout(List.of(), timeout.toMillis(), TimeUnit.MILLISECONDS));
        }
        return asked.stream().map(CompletableFuture::join).flatMap(List::stream).toList();
    }

    @Override
    public boolean isBehind() {
        for (IoLoop loop : loops.values()) {
            if (loop.isBehind()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void publication(String channel, Publication publication) {
        deliver(channel, deltas.delivery(channel, publication));
    }

    @Override
    public void presence(String channel, PresenceEvent event) {
        Push push =
                switch (event) {
                    case PresenceEvent.Join join -> new Push.JoinPush(channel, join.info());
                    case PresenceEvent.Leave leave -> new Push.LeavePush(channel, leave.info());
                };
        deliver(channel, Delivery.joinLeave(push));
    }

    @Override
    public void positionLost(String channel) {
        Priority lane = priorities.apply(channel);
        loops.values().forEach(loop -> loop.positionLost(channel, lane));
    }

    @Override
    public void control(Payload command) {
        control.accept(command);
    }

    private void deliver(String channel, Delivery delivery) {
        Priority own = delivery.priority();
        Priority lane = own != null ? own : priorities.apply(channel);
        loops.values().forEach(loop -> loop.deliver(channel, delivery, lane));
    }

    /** Ends the sweeps. */
    @Override
    public void close() {
        loops.values().forEach(IoLoop::stop);
    }
}
