package io.hawser.cli.bench;

/**
 * The time in which rates and latencies are measured; before it is known, it is never. Times are
 * {@link System#nanoTime()}. Thread-safe.
 */
final class Window {
    private volatile Bounds bounds = new Bounds(Long.MAX_VALUE, Long.MAX_VALUE);

    /** From and until. */
    private record Bounds(long fromNs, long untilNs) {}

    void set(long fromNs, long untilNs) {
        bounds = new Bounds(fromNs, untilNs);
    }

    boolean contains(long timeNs) {
        Bounds now = bounds;
        return timeNs >= now.fromNs && timeNs < now.untilNs;
    }

    long untilNs() {
        return bounds.untilNs;
    }
}
