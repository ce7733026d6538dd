package io.hawser.grid.balance;

import io.hawser.grid.cluster.NodeId;
import io.hawser.grid.cluster.NodeInfo;
import io.hawser.grid.cluster.NodeLoad;
import io.hawser.grid.cluster.NodeProfile;
import io.hawser.grid.cluster.NodeStatus;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Nodes as a registry would know them. */
final class TestNodes {
    private TestNodes() {}

    static NodeInfo node(String id, int connections) {
        return node(id, connections, 1000);
    }

    static NodeInfo node(String id, int connections, int max) {
        return node(id, "", 100, NodeStatus.ACTIVE, load(connections, max));
    }

    static NodeInfo weighing(String id, int weight, int connections) {
        return node(id, "", weight, NodeStatus.ACTIVE, load(connections, 1000));
    }

    static NodeInfo in(String region, String id) {
        return node(id, region, 100, NodeStatus.ACTIVE, load(0, 1000));
    }

    static NodeInfo is(NodeStatus status, String id) {
        return node(id, "", 100, status, load(0, 1000));
    }

    static NodeLoad load(int connections, int max) {
        return new NodeLoad(connections, max, 0, 0, 0, 0);
    }

    static NodeInfo node(String id, String region, int weight, NodeStatus status, NodeLoad load) {
        return node(id, region, weight, status, load, 8000, 1);
    }

    static NodeInfo node(
            String id,
            String region,
            int weight,
            NodeStatus status,
            NodeLoad load,
            int port,
            long heartbeatMs) {
        var profile =
                new NodeProfile(
                        new NodeId(id), "127.0.0.1", port, 9000, region, "", weight, "test");
        return new NodeInfo(profile, "127.0.0.1:5701", "", "uuid", 1, status, heartbeatMs, load);
    }

    /** One to eight nodes with anything that a registry could hold, nonsense included. */
    static List<NodeInfo> anything(RandomGenerator random) {
        List<NodeInfo> nodes = new ArrayList<>();
        int count = 1 + random.nextInt(8);
        for (int i = 0; i < count; i++) {
            NodeStatus[] statuses = NodeStatus.values();
            nodes.add(
                    node(
                            "n" + i,
                            random.nextBoolean() ? "eu" : "",
                            random.nextInt(-1, 300),
                            random.nextBoolean()
                                    ? NodeStatus.ACTIVE
                                    : statuses[random.nextInt(statuses.length)],
                            new NodeLoad(
                                    random.nextInt(-5, 12),
                                    random.nextInt(-1, 12),
                                    figure(random),
                                    figure(random),
                                    figure(random) * 1000,
                                    figure(random),
                                    figure(random)),
                            random.nextInt(6) == 0 ? 0 : 8000,
                            random.nextInt(3)));
        }
        return nodes;
    }

    private static double figure(RandomGenerator random) {
        return switch (random.nextInt(8)) {
            case 0 -> Double.NaN;
            case 1 -> Double.POSITIVE_INFINITY;
            case 2 -> Double.NEGATIVE_INFINITY;
            case 3 -> -random.nextDouble();
            case 4 -> 1e300;
            default -> random.nextDouble();
        };
    }
}
