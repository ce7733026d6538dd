package io.hawser.grid.pubsub;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Publications of all channels that match a pattern, as they come, for administration: see {@link
 * Broker#watch}. A reader that is too slow loses the newest ones and is told how many. For one
 * reading thread; {@link #close} from any.
 *
 * <p>{@link WatchEvent.Complete} and {@link WatchEvent.Incomplete} may come before publications
 * that were heard earlier.
 */
public final class Watch implements AutoCloseable {
    private final ChannelPattern pattern;
    private final WatchLimits limits;
    private final Consumer<Watch> onClose;

    /** Held for moments only. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition something = lock.newCondition();
    private final Deque<WatchEvent> waiting = new ArrayDeque<>();
    private long bytes;
    private int publications;
    private long missed;

    /** What the reader does not know yet, in this order. */
    private WatchEvent.@Nullable Incomplete incomplete;

    private boolean complete;

    public Watch(ChannelPattern pattern, WatchLimits limits, Consumer<Watch> onClose) {
        this.pattern = pattern;
        this.limits = limits;
        this.onClose = onClose;
    }

    public ChannelPattern pattern() {
        return pattern;
    }

    /**
     * What comes next.
     *
     * @return null if there is nothing in that time
     */
    public @Nullable WatchEvent next(Duration timeout) throws InterruptedException {
        long nanos = timeout.toNanos();
        lock.lockInterruptibly();
        try {
            WatchEvent next = poll();
            while (next == null && nanos > 0) {
                nanos = something.awaitNanos(nanos);
                next = poll();
            }
            return next;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable WatchEvent poll() {
        WatchEvent.Incomplete lost = incomplete;
        if (lost != null) {
            incomplete = null;
            return lost;
        }
        if (complete) {
            complete = false;
            return new WatchEvent.Complete();
        }
        WatchEvent next = waiting.poll();
        if (next instanceof WatchEvent.Published published) {
            publications--;
            bytes -= published.publication().approximateBytes();
        }
        return next == null ? takeMissed() : next;
    }

    private WatchEvent.@Nullable Missed takeMissed() {
        if (missed == 0) {
            return null;
        }
        var told = new WatchEvent.Missed(missed);
        missed = 0;
        return told;
    }

    /** Any thread: a publication that matches. */
    public void offer(WatchEvent.Published published) {
        int size = published.publication().approximateBytes();
        lock.lock();
        try {
            boolean fits =
                    publications == 0
                            || (publications < limits.publications()
                                    && bytes + size <= limits.bytes());
            if (!fits) {
                missed++;
                return;
            }
            WatchEvent.Missed before = takeMissed();
            if (before != null) {
                waiting.add(before);
            }
            waiting.add(published);
            publications++;
            bytes += size;
            something.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Any thread: from now on nothing is missing. */
    public void complete() {
        lock.lock();
        try {
            complete = true;
            something.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Any thread: from now on something may be missing. */
    public void incomplete(String why) {
        lock.lock();
        try {
            complete = false;
            incomplete = new WatchEvent.Incomplete(why);
            something.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Nothing more is heard; what waits can still be read. */
    @Override
    public void close() {
        onClose.accept(this);
    }
}
