package io.hawser.grid.metrics;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What part of all commands failed in the last ten seconds, from readings of two counters. Not
 * thread-safe. Holds as many readings as are added in ten seconds.
 */
public final class ErrorWindow {
    private static final long WINDOW_NANOS = 10_000_000_000L;

    private final Deque<Reading> readings = new ArrayDeque<>();

    private record Reading(long nanos, long received, long failed) {}

    /**
     * Adds a reading; the oldest one kept is the last that is at least ten seconds old.
     *
     * @param received commands received since the start
     * @param failed those of them that were answered with an error
     * @return failed over received since the oldest reading, 0 to 1; 0 if none was received
     */
    public double add(long nanos, long received, long failed) {
        readings.addLast(new Reading(nanos, received, failed));
        Reading oldest = readings.removeFirst();
        while (!readings.isEmpty() && nanos - readings.getFirst().nanos() >= WINDOW_NANOS) {
            oldest = readings.removeFirst();
        }
        readings.addFirst(oldest);
        long all = received - oldest.received();
        return all <= 0 ? 0 : Math.clamp((double) (failed - oldest.failed()) / all, 0.0, 1.0);
    }
}
