package io.hawser.grid.pubsub;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A few threads that between them own all channels: everything about one channel runs on its lane,
 * one task after the other, so channel state needs no locks. Thread-safe.
 */
public final class Lanes implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Lanes.class);

    private final Lane[] lanes;
    private final int capacity;

    /** Tasks of {@link #offerBehindAll} that have not begun. */
    private final AtomicInteger behindAll = new AtomicInteger();

    /**
     * @param count threads, at least 1
     * @param capacity tasks that may wait in one lane through {@link #offer}, and as many through
     *     {@link #offerBehindAll}, whatever waits besides
     */
    public Lanes(int count, int capacity) {
        this.capacity = capacity;
        lanes = new Lane[count];
        for (int i = 0; i < count; i++) {
            lanes[i] = new Lane("channels-" + i, capacity);
        }
    }

    /**
     * Runs {@code task} on the channel's lane unless too many wait there already.
     *
     * @return false if it was refused
     */
    public boolean offer(String channel, Runnable task) {
        return lane(channel).offer(task);
    }

    /**
     * Runs {@code task} on the channel's lane in any case. For tasks whose number is bounded by
     * something else: joins and leaves (the node's subscriptions), answers to requests (the
     * requests under way).
     */
    public void execute(String channel, Runnable task) {
        lane(channel).execute(task);
    }

    /**
     * Runs {@code task}, on one lane or another, when every lane is through with what it holds now.
     * Tasks that one thread offers so run in the order of the calls, one after the other.
     *
     * @return false if it was refused, since too many of these wait already
     */
    public boolean offerBehindAll(Runnable task) {
        if (behindAll.incrementAndGet() > capacity) {
            behindAll.decrementAndGet();
            return false;
        }
        var ahead = new AtomicInteger(lanes.length);
        for (Lane lane : lanes) {
            lane.execute(
                    () -> {
                        if (ahead.decrementAndGet() == 0) {
                            behindAll.decrementAndGet();
                            task.run();
                        }
                    });
        }
        return true;
    }

    /** True on the thread that owns the channel. */
    public boolean isCurrent(String channel) {
        return Thread.currentThread() == lane(channel).thread;
    }

    /** Tasks waiting in all lanes. */
    public int waiting() {
        int sum = 0;
        for (Lane lane : lanes) {
            sum += lane.waiting.get();
        }
        return sum;
    }

    /** Stops the threads after the task they are at; what waits is dropped. */
    @Override
    public void close() {
        for (Lane lane : lanes) {
            lane.stop();
        }
    }

    private Lane lane(String channel) {
        int hash = channel.hashCode();
        return lanes[Math.floorMod(hash ^ (hash >>> 16), lanes.length)];
    }

    /** One thread and its queue: first in, first out over both ways in. */
    private static final class Lane implements Runnable {
        private final ConcurrentLinkedQueue<Runnable> queue = new ConcurrentLinkedQueue<>();
        private final AtomicInteger waiting = new AtomicInteger();
        private final int capacity;
        private final Thread thread;
        private volatile boolean parked;
        private volatile boolean stopped;

        Lane(String name, int capacity) {
            this.capacity = capacity;
            this.thread = Thread.ofPlatform().name(name).daemon().start(this);
        }

        boolean offer(Runnable task) {
            if (waiting.get() >= capacity) {
                return false;
            }
            execute(task);
            return true;
        }

        void execute(Runnable task) {
            waiting.incrementAndGet();
            queue.add(task);
            if (parked) {
                LockSupport.unpark(thread);
            }
        }

        void stop() {
            stopped = true;
            LockSupport.unpark(thread);
        }

        @Override
        public void run() {
            while (!stopped) {
                Runnable task = queue.poll();
                if (task == null) {
                    parked = true;
                    if (queue.isEmpty() && !stopped) {
                        LockSupport.park(this);
                    }
                    parked = false;
                    continue;
                }
                waiting.decrementAndGet();
                try {
                    task.run();
                } catch (RuntimeException e) {
                    log.error("a channel task failed", e);
                }
            }
        }
    }
}
