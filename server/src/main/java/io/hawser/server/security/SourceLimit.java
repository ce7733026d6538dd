package io.hawser.server.security;

import java.net.InetAddress;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;

/**
 * How often one address may ask: at a rate, with a burst (the generic cell rate algorithm, ITU-T
 * I.371). Takes the same half megabyte however many addresses ask: they share 65,536 slots by a
 * hash that nobody outside knows, so one that asks too much slows one in 65,536 others. IPv6
 * addresses count by their network of 64 bits, all of which one host may have. Thread-safe, without
 * locks.
 */
public final class SourceLimit {
    private static final int SLOTS = 1 << 16;
    private static final int NETWORK_BYTES = 8;

    private final long intervalNanos;
    private final long burstNanos;
    private final LongSupplier clock;
    private final long seed = ThreadLocalRandom.current().nextLong();

    /** When each slot's next request is due, if none had come early. */
    private final AtomicLongArray due = new AtomicLongArray(SLOTS);

    /**
     * @param ratePerSecond 0 for no limit
     * @param burst how many may come at once, 1 or more
     */
    public SourceLimit(int ratePerSecond, int burst) {
        this(ratePerSecond, burst, System::nanoTime);
    }

    SourceLimit(int ratePerSecond, int burst, LongSupplier clock) {
        this.intervalNanos =
                ratePerSecond == 0
                        ? 0
                        : Math.ceilDiv(TimeUnit.SECONDS.toNanos(1), (long) ratePerSecond);
        this.burstNanos = intervalNanos * (burst - 1);
        this.clock = clock;
        long now = clock.getAsLong();
        for (int i = 0; i < SLOTS; i++) {
            due.set(i, now);
        }
    }

    /** Takes one request of that address: 0 if it may go on, else seconds to wait, 1 or more. */
    public long retryAfterSeconds(InetAddress source) {
        if (intervalNanos == 0) {
            return 0;
        }
        int slot = slot(source);
        while (true) {
            long now = clock.getAsLong();
            long before = due.get(slot);
            long start = before - now > 0 ? before : now;
            long waitNanos = start - now - burstNanos;
            if (waitNanos > 0) {
                return Math.ceilDiv(waitNanos, TimeUnit.SECONDS.toNanos(1));
            }
            if (due.compareAndSet(slot, before, start + intervalNanos)) {
                return 0;
            }
        }
    }

    /** Mixed as SplitMix64 does it, so that neighbours do not meet. */
    private int slot(InetAddress source) {
        byte[] address = source.getAddress();
        long mixed = seed;
        for (int i = 0; i < Math.min(address.length, NETWORK_BYTES); i++) {
            mixed += address[i] + 0x9E3779B97F4A7C15L;
            mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
            mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
            mixed ^= mixed >>> 31;
        }
        return (int) (mixed & (SLOTS - 1));
    }
}
