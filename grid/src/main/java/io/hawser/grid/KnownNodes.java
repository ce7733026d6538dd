package io.hawser.grid;

import io.hawser.grid.cluster.NodeInfo;
import io.hawser.grid.cluster.NodeLoad;
import io.hawser.grid.cluster.NodeStatus;
import io.hawser.grid.metrics.ClusterMetrics.KnownNode;
import io.hawser.grid.metrics.LatencyHistogram;
import io.hawser.grid.metrics.NodeFigures;
import io.hawser.grid.metrics.NodeFigures.Standing;

import java.util.Collection;
import java.util.List;

/** The registry's nodes as {@code metrics}, which does not know the registry, wants them. */
final class KnownNodes {
    private KnownNodes() {}

    static List<KnownNode> of(Collection<NodeInfo> nodes) {
        return nodes.stream()
                .filter(node -> node.status() != NodeStatus.LEFT)
                .map(node -> new KnownNode(node.incarnation(), figures(node)))
                .toList();
    }

    private static NodeFigures figures(NodeInfo node) {
        NodeLoad load = node.load();
        return new NodeFigures(
                node.id().value(),
                standing(node.status()),
                false,
                load.connections(),
                load.maxConnections(),
                load.cpu(),
                load.memory(),
                load.messagesPerSecond(),
                0,
                0,
                LatencyHistogram.EMPTY);
    }

    private static Standing standing(NodeStatus status) {
        return switch (status) {
            case STARTING -> Standing.STARTING;
            case ACTIVE -> Standing.HEALTHY;
            case DRAINING, SUSPECT -> Standing.LIMITED;
            case LEFT, OFFLINE, FENCED -> Standing.LOST;
        };
    }
}
