package io.hawser.server.admin;

import io.hawser.grid.cluster.NodeId;
import io.hawser.grid.cluster.NodeInfo;
import io.hawser.grid.cluster.NodeLoad;
import io.hawser.grid.cluster.NodeProfile;
import io.hawser.grid.cluster.NodeStatus;

/** Nodes as a registry would know them. */
public final class TestNodes {
    private TestNodes() {}

    public static NodeInfo node(String id, NodeStatus status, String host, int port) {
        var load = new NodeLoad(7, 10_000, 0.12345, 0.5, 42, 0.5, 0.0625);
        return node(id, status, host, port, "eu", load);
    }

    public static NodeInfo node(
            String id, NodeStatus status, String host, int port, String region, NodeLoad load) {
        return new NodeInfo(
                new NodeProfile(new NodeId(id), host, port, 9000, region, "a", 100, "0.1.0"),
                "127.0.0.1:5701",
                "",
                "uuid-" + id,
                3,
                status,
                1_700_000_000_000L,
                load);
    }
}
