package io.hawser.grid.priority;

import org.jspecify.annotations.Nullable;

import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Tasks that wait for one thread: a lane for each priority, each first in first out. What belongs
 * to no lane runs behind everything that waits when it comes.
 *
 * <p>{@link #poll}, {@link #take} and {@link #await} are for the one thread that runs the tasks,
 * the rest for any thread; no lock is taken.
 */
public final class TaskLanes {
    private final LaneQueue<Runnable> queue;

    /** Tasks that something else bounds: nothing can be offered here, only added. */
    public TaskLanes() {
        this(Integer.MAX_VALUE);
    }

    /**
     * @param capacity how many may wait when one is offered, of low priority half as many; at least
     *     1
     */
    public TaskLanes(int capacity) {
        this(capacity, Long.MAX_VALUE);
    }

    /**
     * @param capacity as of the other constructor
     * @param maxBytes bytes of what may wait when a task is offered, of low priority half as many;
     *     at least 1
     */
    public TaskLanes(int capacity, long maxBytes) {
        queue = new LaneQueue<>(capacity, maxBytes, new Shedding());
    }

    /**
     * Adds a task unless too many wait already.
     *
     * @param bytes what it counts under the bound and when lanes share, 0 or more
     * @return false if it was refused
     */
    public boolean offer(Runnable task, Priority lane, int bytes) {
        return queue.offer(task, lane, bytes);
    }

    /** What of {@code all} may be taken before a task of this lane comes; at least 1. */
    public long share(Priority lane, long all) {
        return queue.share(lane, all);
    }

    /**
     * Adds a task whose number is bounded by something else.
     *
     * @param bytes as of {@link #offer}
     */
    public void add(Runnable task, Priority lane, int bytes) {
        queue.add(task, lane, bytes);
    }

    /**
     * Adds a task that runs when all that waits now, in whatever lane, has begun before it. Tasks
     * that one thread adds so run in the order of the calls.
     *
     * @param bytes as of {@link #offer}
     */
    public void addBehindAll(Runnable task, int bytes) {
        Set<Priority> ahead = EnumSet.noneOf(Priority.class);
        for (Priority lane : Priority.values()) {
            if (!queue.isEmpty(lane)) {
                ahead.add(lane);
            }
        }
        if (ahead.size() < 2) {
            add(task, ahead.isEmpty() ? Priority.NORMAL : ahead.iterator().next(), bytes);
            return;
        }
        var left = new AtomicInteger(ahead.size());
        for (Priority lane : ahead) {
            add(
                    () -> {
                        if (left.decrementAndGet() == 0) {
                            task.run();
                        }
                    },
                    lane,
                    bytes);
        }
    }

    /** If nothing waits; what comes meanwhile may be missed. */
    public boolean isEmpty() {
        return queue.isEmpty();
    }

    /** Waits until there is a task. For the thread that runs them. */
    public void await() throws InterruptedException {
        queue.await();
    }

    /** How many wait. */
    public int size() {
        return queue.size();
    }

    /** The next one, null if nothing waits. */
    public @Nullable Runnable poll() {
        return queue.poll();
    }

    /** The next one; waits for it. */
    public Runnable take() throws InterruptedException {
        return queue.take();
    }
}
