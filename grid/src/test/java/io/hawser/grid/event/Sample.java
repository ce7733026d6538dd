package io.hawser.grid.event;

import io.hawser.grid.cluster.NodeId;
import io.hawser.grid.cluster.NodeInfo;
import io.hawser.grid.cluster.NodeLoad;
import io.hawser.grid.cluster.NodeProfile;
import io.hawser.grid.cluster.NodeStatus;

/** Events and nodes for tests. */
final class Sample {
    static final NodeId N1 = new NodeId("n1");
    static final NodeId N2 = new NodeId("n2");

    private Sample() {}

    static GridEvent event(String id, Happening what) {
        return new GridEvent(id, 1_700_000_000_000L, N1, 3, what);
    }

    static GridEvent event(String id) {
        return event(id, new Happening.Alert("test", true, id));
    }

    static NodeInfo node(NodeId id, long incarnation, NodeStatus status) {
        return new NodeInfo(
                new NodeProfile(id, "127.0.0.1", 8000, 9000, "", "", 100, "test"),
                "127.0.0.1:5701",
                "",
                "member-" + id,
                incarnation,
                status,
                0,
                new NodeLoad(45, 100, 0, 0, 0, 0));
    }
}
