package io.hawser.grid.pubsub;

import io.hawser.grid.priority.Priority;
import io.hawser.grid.priority.TaskLanes;
import io.hawser.grid.thread.UrgentThreads;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * A few lanes that between them own all channels: everything about one channel runs on its lane,
 * one task after the other, so channel state needs no locks. On each lane channels of high priority
 * go before the others; low gets a sixteenth of the bytes. Each has a thread; while it has nothing
 * to do another one may {@linkplain #offerOrRun run a task itself}, which spares two threads a
 * handover. Thread-safe.
 */
public final class Lanes implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Lanes.class);

    /** Tasks that {@link #offerOrRun} runs in a millisecond of each lane. */
    static final int HERE_A_MS = 32;

    /** About what a task takes besides its message. */
    static final int TASK_BYTES = 200;

    private final Lane[] lanes;
    private final int maxBehindAll;
    private final Function<String, Priority> priorities;

    /** Tasks of {@link #offerBehindAll} that have not begun. */
    private final AtomicInteger behindAll = new AtomicInteger();

    /** Lanes of channels that all have the same priority; see the other constructor. */
    public Lanes(int count, int capacity) {
        this(count, LaneLimits.of(capacity), channel -> Priority.NORMAL);
    }

    /**
     * @param count threads, at least 1
     * @param limits of what may wait in one lane through {@link #offer} (of low priority half as
     *     many, of normal seven eighths), {@value #TASK_BYTES} bytes a task and those of its
     *     message; as many as usual through {@link #offerBehindAll}, whatever waits besides
     * @param priorities of each channel, always the same; called on any thread, must not block
     */
    public Lanes(int count, LaneLimits limits, Function<String, Priority> priorities) {
        this(count, limits, priorities, System::nanoTime);
    }

    Lanes(
            int count,
            LaneLimits limits,
            Function<String, Priority> priorities,
            LongSupplier clockNanos) {
        this.maxBehindAll = limits.usual();
        this.priorities = priorities;
        lanes = new Lane[count];
        for (int i = 0; i < count; i++) {
            lanes[i] = new Lane("channels-" + i, limits, clockNanos);
        }
    }

    /**
     * Runs {@code task} on the channel's lane unless too much waits there already.
     *
     * @param bytes of the message it keeps
     * @return false if it was refused
     */
    public boolean offer(String channel, int bytes, Runnable task) {
        return lane(channel).offer(task, priorities.apply(channel), TASK_BYTES + bytes);
    }

    /**
     * As {@link #offer}, but runs {@code task} at once, here, if nothing waits or runs on the lane:
     * at most {@value #HERE_A_MS} in a millisecond, for where so much comes other cores should
     * help.
     *
     * @param bytes of the message it keeps
     * @param task short
     */
    public boolean offerOrRun(String channel, int bytes, Runnable task) {
        return lane(channel).runHere(task) || offer(channel, bytes, task);
    }

    /**
     * Runs {@code task} on the channel's lane in any case. For tasks whose number is bounded by
     * something else: joins and leaves (the node's subscriptions), answers to requests (the
     * requests under way).
     */
    public void execute(String channel, Runnable task) {
        lane(channel).tasks.add(task, priorities.apply(channel), TASK_BYTES);
    }

    /**
     * Runs {@code task}, on one lane or another, when every lane is through with what it holds now.
     * Tasks that one thread offers so run in the order of the calls, one after the other.
     *
     * @return false if it was refused, since too many of these wait already
     */
    public boolean offerBehindAll(Runnable task) {
        if (behindAll.incrementAndGet() > maxBehindAll) {
            behindAll.decrementAndGet();
            return false;
        }
        var ahead = new AtomicInteger(lanes.length);
        for (Lane lane : lanes) {
            lane.tasks.addBehindAll(
                    () -> {
                        if (ahead.decrementAndGet() == 0) {
                            behindAll.decrementAndGet();
                            task.run();
                        }
                    },
                    TASK_BYTES);
        }
        return true;
    }

    /**
     * Whether the calling thread is a lane's own, which a task may hold up for a moment. Another
     * one that runs it instead has more to do.
     */
    public static boolean isLaneThread() {
        return Thread.currentThread() instanceof LaneThread;
    }

    /** True on the thread that owns the channel now. */
    public boolean isCurrent(String channel) {
        return Thread.currentThread() == lane(channel).owner.get();
    }

    /** Tasks waiting in all lanes. */
    public int waiting() {
        int sum = 0;
        for (Lane lane : lanes) {
            sum += lane.tasks.size();
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

    private static final class LaneThread extends Thread {
        LaneThread(String name, Runnable lane) {
            super(UrgentThreads.urgent(lane), name);
            setDaemon(true);
        }
    }

    /** One thread and what waits for it. Tasks run only while {@link #owner} is who runs them. */
    private static final class Lane implements Runnable {
        private final LaneLimits limits;
        private final LongSupplier clockNanos;
        private final Backlog backlog;
        private final TaskLanes tasks;
        private final Thread thread;
        private final AtomicReference<@Nullable Thread> owner = new AtomicReference<>();
        private volatile boolean stopped;

        /** The millisecond in which tasks were last run by others, and how many; the owner's. */
        private long ranMs;

        private int ran;

        Lane(String name, LaneLimits limits, LongSupplier clockNanos) {
            this.limits = limits;
            this.clockNanos = clockNanos;
            this.backlog = new Backlog(limits.usual());
            this.tasks = new TaskLanes(limits.burst(), limits.maxBytes());
            this.thread = new LaneThread(name, this);
            thread.start();
        }

        boolean offer(Runnable task, Priority priority, int bytes) {
            int waiting = tasks.size();
            boolean fits =
                    !backlog.stands(waiting, clockNanos.getAsLong())
                            || waiting < tasks.share(priority, limits.usual());
            return fits && tasks.offer(task, priority, bytes);
        }

        /** Not by an interrupt, which the task under way might take for its own. */
        void stop() {
            stopped = true;
            tasks.add(() -> {}, Priority.HIGH, 0);
        }

        /** False if the lane is busy, or was much. */
        boolean runHere(Runnable task) {
            if (!tasks.isEmpty() || !owner.compareAndSet(null, Thread.currentThread())) {
                return false;
            }
            try {
                // Again: what came before the lane was ours goes first.
                if (!tasks.isEmpty() || stopped || !mayRunHere()) {
                    return false;
                }
                runSafely(task);
                return true;
            } finally {
                release();
            }
        }

        private boolean mayRunHere() {
            long nowMs = System.nanoTime() / 1_000_000;
            if (nowMs != ranMs) {
                ranMs = nowMs;
                ran = 0;
            }
            return ran++ < HERE_A_MS;
        }

        /** Its thread may have been waiting for that. */
        private void release() {
            owner.set(null);
            if (!tasks.isEmpty()) {
                LockSupport.unpark(thread);
            }
        }

        @Override
        public void run() {
            try {
                while (!stopped) {
                    tasks.await();
                    acquire();
                    runAll();
                    owner.set(null);
                }
            } catch (InterruptedException e) {
                log.error("a lane of channels was interrupted and ends", e);
            }
        }

        /** Only while something waits: whoever has it wakes us then. */
        private void acquire() throws InterruptedException {
            while (!owner.compareAndSet(null, thread)) {
                LockSupport.park(this);
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
        }

        private void runAll() {
            Runnable task = tasks.poll();
            while (task != null && !stopped) {
                runSafely(task);
                task = tasks.poll();
            }
        }

        private static void runSafely(Runnable task) {
            try {
                task.run();
            } catch (RuntimeException e) {
                log.error("a channel task failed", e);
            }
        }
    }
}
