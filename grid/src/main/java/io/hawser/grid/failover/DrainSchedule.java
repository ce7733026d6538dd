package io.hawser.grid.failover;

import java.time.Duration;

/**
 * When how many of a node's connections are to have been told to leave. Time goes in, a number
 * comes out; immutable, thread-safe.
 *
 * @param connections how many there are at the beginning
 * @param leadMs before the first is told, so that load balancers know by then that the node takes
 *     nobody new
 * @param perSecond pace from then on, above 0
 */
public record DrainSchedule(int connections, long leadMs, double perSecond) {
    /** The shortest time in which all are told, so that a pace is always finite. */
    private static final long SHORTEST_MS = 1;

    /** The schedule of an order: its rate, or a higher one if its grace would be over before. */
    public static DrainSchedule of(DrainOrder order, int connections, Duration lead) {
        long graceMs = Math.max(SHORTEST_MS, order.grace().minus(lead).toMillis());
        double needed = connections * 1000.0 / graceMs;
        return new DrainSchedule(
                connections, lead.toMillis(), Math.max(order.ratePerSecond(), needed));
    }

    /**
     * How many are to have been told. Goes on rising at the same pace after the last of those that
     * were there at the beginning, for those who slipped in.
     */
    public int due(long elapsedMs) {
        double pacedMs = Math.max(0, elapsedMs - leadMs);
        return (int) Math.min(Integer.MAX_VALUE, pacedMs * perSecond / 1000);
    }

    /** When the last of those at the beginning is due, milliseconds after the beginning. */
    public long lastDueMs() {
        return connections == 0 ? 0 : leadMs + (long) Math.ceil(connections * 1000 / perSecond);
    }

    /**
     * How many to tell at once: what is due, but after a pause never more than twice the pace, or
     * the other nodes would get in one storm what was meant to be spread.
     *
     * @param told so far
     * @param stepMs since the last step that should have been
     */
    public int step(int told, long elapsedMs, long stepMs) {
        int most = (int) Math.max(1, Math.ceil(2 * perSecond * stepMs / 1000));
        return Math.clamp((long) due(elapsedMs) - told, 0, most);
    }
}
