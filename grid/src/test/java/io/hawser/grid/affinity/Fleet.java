package io.hawser.grid.affinity;

import io.hawser.grid.cluster.NodeId;
import io.hawser.grid.cluster.NodeInfo;
import io.hawser.grid.cluster.NodeLoad;
import io.hawser.grid.cluster.NodeProfile;
import io.hawser.grid.cluster.NodeStatus;

/** Nodes for tests without a grid. */
final class Fleet {
    private static final int MAX_CONNECTIONS = 100;

    private Fleet() {}

    static NodeInfo node(String id) {
        return node(id, "", 100, 1, NodeStatus.ACTIVE, 0);
    }

    static NodeInfo weighing(String id, int weight) {
        return node(id, "", weight, 1, NodeStatus.ACTIVE, 0);
    }

    static NodeInfo in(String region, String id) {
        return node(id, region, 100, 1, NodeStatus.ACTIVE, 0);
    }

    static NodeInfo reborn(String id, long incarnation) {
        return node(id, "", 100, incarnation, NodeStatus.ACTIVE, 0);
    }

    static NodeInfo being(String id, NodeStatus status) {
        return node(id, "", 100, 1, status, 0);
    }

    static NodeInfo full(String id) {
        return node(id, "", 100, 1, NodeStatus.ACTIVE, MAX_CONNECTIONS);
    }

    private static NodeInfo node(
            String id,
            String region,
            int weight,
            long incarnation,
            NodeStatus status,
            int connections) {
        var profile =
                new NodeProfile(
                        new NodeId(id), "127.0.0.1", 8000, 9000, region, "", weight, "test");
        var load = new NodeLoad(connections, MAX_CONNECTIONS, 0, 0, 0, 0);
        return new NodeInfo(profile, "127.0.0.1:5701", "", id, incarnation, status, 1, load);
    }
}
