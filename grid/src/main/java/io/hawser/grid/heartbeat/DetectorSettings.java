package io.hawser.grid.heartbeat;

/**
 * The detector's times, in milliseconds. Immutable.
 *
 * @param intervalMs a heartbeat goes to each node this often; 10 or more
 * @param timeoutMs who was not heard for so long is silent; at least three intervals
 * @param pauseMs a tick that comes so late means that this process stood still
 * @param joinGraceMs how long a new node may take until it is first heard
 * @param probeMs how long a node that the grid has lost may take to answer a probe
 * @param closedMs how long nobody listens at the port of a node until it is silent
 */
public record DetectorSettings(
        long intervalMs,
        long timeoutMs,
        long pauseMs,
        long joinGraceMs,
        long probeMs,
        long closedMs) {
    public DetectorSettings {
        if (intervalMs < 10 || timeoutMs < 3 * intervalMs) {
            throw new IllegalArgumentException(
                    "the heartbeat timeout ("
                            + timeoutMs
                            + " ms) must be at least three intervals ("
                            + intervalMs
                            + " ms, at least 10)");
        }
    }

    /** What follows from the two that an administrator sets. */
    public static DetectorSettings of(long intervalMs, long timeoutMs) {
        return new DetectorSettings(
                intervalMs, timeoutMs, timeoutMs * 2 / 3, Math.max(5_000, 5 * timeoutMs), 100, 50);
    }

    /**
     * Who was heard within this time counts for a quorum that evicts: two heartbeats and a half.
     */
    long freshMs() {
        return intervalMs * 5 / 2;
    }
}
