package io.hawser.grid.cluster;

import io.hawser.grid.heartbeat.MeshCounters;

/**
 * What this node's heartbeats have come to since the start. Immutable.
 *
 * @param sent datagrams sent
 * @param heard heartbeats that meant something
 * @param refused datagrams that were not made with the cluster's secret, or are no heartbeats
 * @param stale genuine heartbeats that have been before, or of unknown or past lives
 * @param failed sends that failed
 * @param majority whether this node hears a majority now, or Redis has given it the half; without,
 *     nobody is given up
 */
public record HeartbeatCounts(
        long sent, long heard, long refused, long stale, long failed, boolean majority) {
    /** Where no heartbeats are sent. */
    public static final HeartbeatCounts NONE = new HeartbeatCounts(0, 0, 0, 0, 0, true);

    static HeartbeatCounts of(MeshCounters counters, boolean majority) {
        return new HeartbeatCounts(
                counters.sent.sum(),
                counters.heard.sum(),
                counters.refused.sum(),
                counters.stale.sum(),
                counters.failed.sum(),
                majority);
    }
}
