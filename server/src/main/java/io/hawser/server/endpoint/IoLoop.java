package io.hawser.server.endpoint;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.XnioExecutor;
import org.xnio.XnioIoThread;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * What one I/O thread owns: its connections, which of them are in which channel, and one queue of
 * tasks. Everything that reaches a connection comes through this queue, so tasks and deliveries
 * keep their order; after each batch every connection that got something is flushed once.
 *
 * <p>{@link #execute}, {@link #deliver} and {@link #size} are for any thread, the rest for the I/O
 * thread alone.
 */
final class IoLoop {
    private static final Logger log = LoggerFactory.getLogger(IoLoop.class);

    /** Deliveries that may wait; beyond it the channel's lane waits, which slows publishers. */
    private static final int MAX_DELIVERIES = 4096;

    /** Tasks run before connections are flushed, so that a flood cannot starve the sockets. */
    private static final int MAX_BATCH = 256;

    private static final long SWEEP_MS = 250;

    private final XnioIoThread thread;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final AtomicInteger deliveries = new AtomicInteger();
    private final AtomicInteger size = new AtomicInteger();

    private final Map<String, ChannelSubscribers> channels = new HashMap<>();
    private final Set<WebSocketConnection> connections = new HashSet<>();
    private final ArrayDeque<WebSocketConnection> dirty = new ArrayDeque<>();

    private volatile XnioExecutor.@Nullable Key sweep;

    IoLoop(XnioIoThread thread) {
        this.thread = thread;
    }

    void start() {
        sweep = thread.executeAtInterval(this::sweep, SWEEP_MS, TimeUnit.MILLISECONDS);
    }

    void stop() {
        XnioExecutor.Key key = sweep;
        if (key != null) {
            key.remove();
        }
    }

    // From any thread

    /** Runs a task on the I/O thread, after everything that was queued before. */
    void execute(Runnable task) {
        tasks.add(task);
        if (scheduled.compareAndSet(false, true)) {
            thread.execute(this::run);
        }
    }

    /**
     * Hands a channel's message to this thread's subscribers. Waits while too many are queued, so
     * it must not be called on an I/O thread.
     */
    void deliver(String channel, Delivery delivery) {
        while (deliveries.get() >= MAX_DELIVERIES) {
            LockSupport.parkNanos(100_000);
        }
        deliveries.incrementAndGet();
        execute(
                () -> {
                    deliveries.decrementAndGet();
                    deliverNow(channel, delivery);
                });
    }

    /** Connections of this thread. */
    int size() {
        return size.get();
    }

    // On the I/O thread

    private void run() {
        for (int i = 0; i < MAX_BATCH; i++) {
            Runnable task = tasks.poll();
            if (task == null) {
                break;
            }
            runSafely(task);
        }
        flushDirty();
        scheduled.set(false);
        if (!tasks.isEmpty() && scheduled.compareAndSet(false, true)) {
            thread.execute(this::run);
        }
    }

    private static void runSafely(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            log.error("a task of a connection failed", e);
        }
    }

    private void flushDirty() {
        for (WebSocketConnection connection = dirty.poll();
                connection != null;
                connection = dirty.poll()) {
            connection.flush();
        }
    }

    /** The connection has something to send: it is flushed at the end of this batch. */
    void markDirty(WebSocketConnection connection) {
        dirty.add(connection);
        if (scheduled.compareAndSet(false, true)) {
            thread.execute(this::run);
        }
    }

    void add(WebSocketConnection connection) {
        if (connections.add(connection)) {
            size.incrementAndGet();
        }
    }

    /** Returns true if it was here until now. */
    boolean remove(WebSocketConnection connection) {
        boolean removed = connections.remove(connection);
        if (removed) {
            size.decrementAndGet();
        }
        return removed;
    }

    void attach(String channel, WebSocketConnection connection, boolean joinLeave) {
        channels.computeIfAbsent(channel, c -> new ChannelSubscribers()).add(connection, joinLeave);
    }

    void detach(String channel, WebSocketConnection connection) {
        ChannelSubscribers subscribers = channels.get(channel);
        if (subscribers != null && subscribers.remove(connection)) {
            channels.remove(channel);
        }
    }

    private void deliverNow(String channel, Delivery delivery) {
        ChannelSubscribers subscribers = channels.get(channel);
        if (subscribers != null) {
            subscribers.deliver(delivery);
        }
    }

    /** Tells every subscriber of the channel on this thread. */
    void positionLost(String channel) {
        execute(
                () -> {
                    ChannelSubscribers subscribers = channels.get(channel);
                    if (subscribers != null) {
                        for (WebSocketConnection connection : subscribers.copy()) {
                            connection.session().positionLost(channel);
                        }
                    }
                });
    }

    private void sweep() {
        long now = System.currentTimeMillis();
        List<WebSocketConnection> all = new ArrayList<>(connections);
        for (WebSocketConnection connection : all) {
            connection.tick(now);
        }
        flushDirty();
    }
}
