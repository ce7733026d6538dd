package io.hawser.grid.metrics;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * CPU use over the last five seconds, from readings of a clock and of a CPU time counter. Not
 * thread-safe.
 */
final class CpuWindow {
    private static final long WINDOW_NANOS = 5_000_000_000L;

    private record Reading(long nanos, long cpuNanos) {}

    private final int cores;
    private final Deque<Reading> readings = new ArrayDeque<>();

    /**
     * @param cores processors that the process may use, at least 1
     */
    CpuWindow(int cores) {
        this.cores = cores;
    }

    /**
     * Adds a reading; the oldest one kept is the last that is at least five seconds old.
     *
     * @return CPU time over the time of all cores since the oldest reading, 0 to 1; 0 at first
     */
    double add(long nanos, long cpuNanos) {
        readings.addLast(new Reading(nanos, cpuNanos));
        Reading oldest = readings.removeFirst();
        while (!readings.isEmpty() && nanos - readings.getFirst().nanos() >= WINDOW_NANOS) {
            oldest = readings.removeFirst();
        }
        readings.addFirst(oldest);
        long passedNanos = nanos - oldest.nanos();
        if (passedNanos <= 0) {
            return 0;
        }
        double share = (double) (cpuNanos - oldest.cpuNanos()) / passedNanos / cores;
        return Math.clamp(share, 0.0, 1.0);
    }
}
