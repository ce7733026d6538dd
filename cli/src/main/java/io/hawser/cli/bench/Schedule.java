package io.hawser.cli.bench;

/**
 * When publishes are due in open loop: evenly, whatever the node does. Latency counts from there,
 * so a node that makes the publisher wait does not hide it (coordinated omission). Immutable,
 * thread-safe.
 *
 * @param startNs {@link System#nanoTime()} of the first
 * @param perSecond above 0
 */
record Schedule(long startNs, double perSecond) {
    private static final double SECOND_NS = 1e9;

    Schedule {
        if (!(perSecond > 0)) {
            throw new IllegalArgumentException("a rate is above 0, not " + perSecond);
        }
    }

    long dueNs(long number) {
        return startNs + (long) (number * (SECOND_NS / perSecond));
    }

    /** How many are due by then. */
    long dueBy(long timeNs) {
        if (timeNs < startNs) {
            return 0;
        }
        long count = (long) ((timeNs - startNs) * (perSecond / SECOND_NS)) + 1;
        while (count > 0 && dueNs(count - 1) > timeNs) {
            count--;
        }
        while (dueNs(count) <= timeNs) {
            count++;
        }
        return count;
    }
}
