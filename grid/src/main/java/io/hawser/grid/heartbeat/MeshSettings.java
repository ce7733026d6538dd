package io.hawser.grid.heartbeat;

import java.net.InetSocketAddress;

/**
 * How the heartbeats of a node go. Immutable.
 *
 * @param times the detector's
 * @param local where to listen; port 0 for a free one
 * @param key shared by the cluster's nodes
 */
public record MeshSettings(DetectorSettings times, InetSocketAddress local, MeshKey key) {}
