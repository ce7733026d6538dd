package io.hawser.grid.time;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The time of day as it was at the beginning, and what has passed since by the monotonic clock: for
 * pauses that nodes compare, and that must not end, or last, because somebody sets a clock.
 * Thread-safe.
 */
public final class SteadyClock implements InstantSource {
    private final long startMs;
    private final long startNanos;
    private final LongSupplier nanos;

    /**
     * @param day is asked once
     * @param nanos monotonic, such as {@link System#nanoTime}
     */
    public SteadyClock(InstantSource day, LongSupplier nanos) {
        this.startMs = day.millis();
        this.startNanos = nanos.getAsLong();
        this.nanos = nanos;
    }

    @Override
    public long millis() {
        return startMs + TimeUnit.NANOSECONDS.toMillis(nanos.getAsLong() - startNanos);
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(millis());
    }
}
