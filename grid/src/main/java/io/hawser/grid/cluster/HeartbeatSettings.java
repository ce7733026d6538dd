package io.hawser.grid.cluster;

import io.hawser.grid.heartbeat.DetectorSettings;

/**
 * Where and when a node sends heartbeats. Immutable.
 *
 * @param port UDP, on the grid's host; 0 for a free one
 * @param times how often, and when a node counts as silent
 */
public record HeartbeatSettings(int port, DetectorSettings times) {
    /** Any port, 200 ms, 900 ms. */
    public static final HeartbeatSettings DEFAULT =
            new HeartbeatSettings(0, DetectorSettings.of(200, 900));

    public HeartbeatSettings {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("not a port: " + port);
        }
    }
}
