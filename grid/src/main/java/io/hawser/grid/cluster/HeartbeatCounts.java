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
 */
public record HeartbeatCounts(long sent, long heard, long refused, long stale, long failed) {
    /** Where no heartbeats are sent. */
    public static final HeartbeatCounts NONE = new HeartbeatCounts(0, 0, 0, 0, 0);

    static HeartbeatCounts of(MeshCounters counters) {
        return new HeartbeatCounts(
                counters.sent.sum(),
                counters.heard.sum(),
                counters.refused.sum(),
                counters.stale.sum(),
                counters.failed.sum());
    }
}
