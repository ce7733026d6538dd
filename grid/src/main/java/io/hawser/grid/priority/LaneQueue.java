package io.hawser.grid.priority;

import org.jspecify.annotations.Nullable;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * What waits for one thread: a lane for each priority, under one bound of their number and one of
 * their bytes. The fuller it is the more is refused: low beyond half of a bound (an eighth while
 * the node is overloaded), normal beyond seven eighths, high at the bound. Whatever its size,
 * something is taken while the bytes before it are below their bound.
 *
 * <p>{@link #offer}, {@link #add} and {@link #size} are for any thread and take no lock; the rest
 * is for the one thread that takes.
 *
 * @param <T> what waits
 */
public final class LaneQueue<T> {
    private final Queue<Waiting<T>> high = new ConcurrentLinkedQueue<>();
    private final Queue<Waiting<T>> normal = new ConcurrentLinkedQueue<>();
    private final Queue<Waiting<T>> low = new ConcurrentLinkedQueue<>();
    private final int capacity;
    private final long maxBytes;
    private final Shedding shedding;

    /** Never below what the lanes hold. */
    private final AtomicInteger size = new AtomicInteger();

    /** Never below what they have. */
    private final AtomicLong bytes = new AtomicLong();

    private final LaneTurns turns = new LaneTurns();

    /** The thread that takes, while it sleeps. */
    private volatile @Nullable Thread sleeper;

    private record Waiting<T>(T what, int bytes) {}

    /** One on a node that is never overloaded. */
    public LaneQueue(int capacity) {
        this(capacity, new Shedding());
    }

    /**
     * One whose bytes have no bound: for what is small.
     *
     * @param capacity how many may wait, at least 1
     * @param shedding whether low is refused sooner; counts what is refused meanwhile
     */
    public LaneQueue(int capacity, Shedding shedding) {
        this(capacity, Long.MAX_VALUE, shedding);
    }

    /**
     * @param capacity how many may wait, at least 1
     * @param maxBytes how many bytes may wait, at least 1; what comes last may go beyond them
     * @param shedding whether low is refused sooner; counts what is refused meanwhile
     */
    public LaneQueue(int capacity, long maxBytes, Shedding shedding) {
        if (capacity < 1 || maxBytes < 1) {
            throw new IllegalArgumentException(
                    "capacity %d or bytes %d below 1".formatted(capacity, maxBytes));
        }
        this.capacity = capacity;
        this.maxBytes = maxBytes;
        this.shedding = shedding;
    }

    /** How many may wait when one of this priority comes last; at least 1. */
    public int bound(Priority priority) {
        return (int) share(priority, capacity);
    }

    /** How many bytes may wait before one of this priority; at least 1. */
    public long bytesBound(Priority priority) {
        return share(priority, maxBytes);
    }

    /** What of {@code all} may be taken before one of this priority comes; at least 1. */
    long share(Priority priority, long all) {
        return switch (priority) {
            case HIGH -> all;
            case NORMAL -> all - all / 8;
            case LOW -> Math.max(1, all / (shedding.isOn() ? Shedding.SHARE : 2));
        };
    }

    /**
     * Adds at the end of its lane.
     *
     * @param itsBytes what it counts under the bound and when lanes share, 0 or more
     * @return false if too much waits
     */
    public boolean offer(T what, Priority priority, int itsBytes) {
        if (size.incrementAndGet() > bound(priority) || bytes.get() >= bytesBound(priority)) {
            size.decrementAndGet();
            if (priority == Priority.LOW && shedding.isOn()) {
                shedding.publishes.increment();
            }
            return false;
        }
        append(what, priority, itsBytes);
        return true;
    }

    /**
     * Adds at the end of its lane, however much waits: the number of these must be bounded by
     * something else.
     *
     * @param itsBytes as of {@link #offer}
     */
    public void add(T what, Priority priority, int itsBytes) {
        size.incrementAndGet();
        append(what, priority, itsBytes);
    }

    private void append(T what, Priority priority, int itsBytes) {
        bytes.addAndGet(itsBytes);
        lane(priority).add(new Waiting<>(what, itsBytes));
        Thread sleeping = sleeper;
        if (sleeping != null) {
            LockSupport.unpark(sleeping);
        }
    }

    /** If nothing waits in a lane; what comes meanwhile may be missed. Any thread. */
    boolean isEmpty(Priority priority) {
        return lane(priority).isEmpty();
    }

    /** If nothing waits at all; what comes meanwhile may be missed. Any thread. */
    public boolean isEmpty() {
        return high.isEmpty() && normal.isEmpty() && low.isEmpty();
    }

    /** How many wait. */
    public int size() {
        return size.get();
    }

    /** The next one, null if nothing waits. */
    public @Nullable T poll() {
        Waiting<T> ofLow = low.peek();
        Priority lane =
                turns.next(
                        !high.isEmpty(),
                        !normal.isEmpty(),
                        ofLow == null ? LaneTurns.NOTHING : ofLow.bytes);
        Waiting<T> next = lane(lane).poll();
        if (next == null) {
            return null;
        }
        size.decrementAndGet();
        bytes.addAndGet(-next.bytes);
        turns.took(lane, next.bytes, !low.isEmpty());
        return next.what;
    }

    /** The next one; waits for it. */
    public T take() throws InterruptedException {
        while (true) {
            T next = poll();
            if (next != null) {
                return next;
            }
            sleeper = Thread.currentThread();
            if (size.get() == 0) {
                LockSupport.park(this);
            }
            sleeper = null;
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    /** Waits until something waits here. */
    public void await() throws InterruptedException {
        while (isEmpty()) {
            sleeper = Thread.currentThread();
            if (size.get() == 0) {
                LockSupport.park(this);
            }
            sleeper = null;
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    /** The next one; waits for it at most so long, then gives null. */
    public @Nullable T take(long nanos) throws InterruptedException {
        long deadline = System.nanoTime() + nanos;
        while (true) {
            T next = poll();
            long left = deadline - System.nanoTime();
            if (next != null || left <= 0) {
                return next;
            }
            sleeper = Thread.currentThread();
            if (size.get() == 0) {
                LockSupport.parkNanos(this, left);
            }
            sleeper = null;
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    private Queue<Waiting<T>> lane(Priority priority) {
        return switch (priority) {
            case HIGH -> high;
            case NORMAL -> normal;
            case LOW -> low;
        };
    }
}
