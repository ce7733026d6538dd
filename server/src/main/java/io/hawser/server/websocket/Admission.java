package io.hawser.server.websocket;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Spreads handshakes: at most a given number a second, with a short burst at once, and a bounded
 * number that wait. Each arrival reserves the next free moment (the generic cell rate algorithm,
 * ITU-T I.371), so that nothing is queued here. Thread-safe, without locks.
 */
public final class Admission {
    /** Where nothing is free within the bound. */
    public static final long REFUSED = -1;

    /** How much of a second's handshakes may come at one moment. */
    private static final long BURST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final long intervalNanos;
    private final long maxWaitNanos;
    private final LongSupplier clock;

    /** When the next handshake is due, if none had come early. */
    private final AtomicLong due;

    /**
     * @param ratePerSecond at least 1
     * @param queue how many may wait, 0 or more
     */
    public Admission(int ratePerSecond, int queue) {
        this(ratePerSecond, queue, System::nanoTime);
    }

    Admission(int ratePerSecond, int queue, LongSupplier clock) {
        this.intervalNanos = Math.ceilDiv(TimeUnit.SECONDS.toNanos(1), ratePerSecond);
        this.maxWaitNanos = intervalNanos * queue;
        this.clock = clock;
        this.due = new AtomicLong(clock.getAsLong());
    }

    /**
     * One who was told to wait has gone before its moment. Those who wait behind it keep their
     * moments, so for as many moments as are given back two may go on at once.
     */
    public void giveBack() {
        due.addAndGet(-intervalNanos);
    }

    /** Nanoseconds to wait, 0 to go on now, or {@link #REFUSED}. */
    public long reserve() {
        while (true) {
            long now = clock.getAsLong();
            long before = due.get();
            long start = before - now > 0 ? before : now;
            long wait = start - now - BURST_NANOS;
            if (wait > maxWaitNanos) {
                return REFUSED;
            }
            if (due.compareAndSet(before, start + intervalNanos)) {
                return Math.max(0, wait);
            }
        }
    }
}
