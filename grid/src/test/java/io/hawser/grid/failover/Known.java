package io.hawser.grid.failover;

import io.hawser.grid.cluster.NodeId;
import io.hawser.grid.cluster.NodeInfo;
import io.hawser.grid.cluster.NodeLoad;
import io.hawser.grid.cluster.NodeProfile;
import io.hawser.grid.cluster.NodeStatus;

/** Nodes as a registry would know them. */
final class Known {
    private Known() {}

    static NodeInfo node(String id, NodeStatus status, int connections, int max) {
        return node(id, 1, status, connections, max);
    }

    static NodeInfo node(String id, long incarnation, NodeStatus status, int connections, int max) {
        return node(id, "", incarnation, status, connections, max);
    }

    static NodeInfo inZone(String zone, String id, int connections, int max) {
        return node(id, zone, 1, NodeStatus.ACTIVE, connections, max);
    }

    private static NodeInfo node(
            String id, String zone, long incarnation, NodeStatus status, int connections, int max) {
        return new NodeInfo(
                new NodeProfile(new NodeId(id), "127.0.0.1", 8000, 9000, "", zone, 100, "test"),
                "127.0.0.1:5701",
                "",
                "uuid-" + id,
                incarnation,
                status,
                0,
                new NodeLoad(connections, max, 0, 0, 0, 0));
    }

    static NodeInfo node(String id, NodeStatus status) {
        return node(id, status, 0, 100);
    }
}
