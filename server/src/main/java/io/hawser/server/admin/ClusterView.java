package io.hawser.server.admin;

import io.hawser.grid.balance.Score;
import io.hawser.grid.cluster.NodeInfo;
import io.hawser.grid.cluster.NodeStatus;
import io.hawser.grid.metrics.ClusterSnapshot;
import io.hawser.server.health.Health;
import io.hawser.server.health.HealthView;
import io.hawser.server.http.Json;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The cluster as the answering node sees it. Immutable.
 *
 * @param cluster name of the cluster
 * @param status overloaded if all nodes that take clients are; else ok, or degraded if a node is
 *     lost or the answering one misses something; else the status of the answering node
 * @param connections on all live nodes
 * @param healthyNodes nodes that take clients
 * @param metrics the nodes' figures added up
 * @param dependencies of the answering node
 * @param balance how clients are given out, and what should be moved
 */
public record ClusterView(
        String cluster,
        String status,
        List<NodeView> nodes,
        long connections,
        long healthyNodes,
        FiguresView.Totals metrics,
        Map<String, HealthView.DependencyView> dependencies,
        BalanceView balance) {

    static ClusterView of(
            String cluster,
            HealthView health,
            Collection<NodeInfo> nodes,
            BalanceView.Source balance,
            ClusterSnapshot figures) {
        return new ClusterView(
                cluster,
                status(health, nodes),
                list(nodes),
                nodes.stream()
                        .filter(NodeInfo::isLive)
                        .mapToLong(n -> n.load().connections())
                        .sum(),
                nodes.stream().filter(n -> n.status() == NodeStatus.ACTIVE).count(),
                FiguresView.Totals.of(figures),
                health.dependencies(),
                BalanceView.of(balance));
    }

    /** By id. */
    static List<NodeView> list(Collection<NodeInfo> nodes) {
        double highest = Score.highest(nodes);
        return nodes.stream()
                .sorted(Comparator.comparing(NodeInfo::id))
                .map(node -> NodeView.of(node, highest))
                .toList();
    }

    private static String status(HealthView health, Collection<NodeInfo> nodes) {
        if (isOverloaded(nodes)) {
            return Json.lowerCase(Health.Status.OVERLOADED);
        }
        boolean lost = nodes.stream().anyMatch(ClusterView::isLost);
        boolean serves = health.status().equals(Json.lowerCase(Health.Status.OK)) || isFull(health);
        if (serves) {
            return Json.lowerCase(lost ? Health.Status.DEGRADED : Health.Status.OK);
        }
        return health.status();
    }

    /** Only this node is full: others have room. */
    private static boolean isFull(HealthView health) {
        return health.status().equals(Json.lowerCase(Health.Status.OVERLOADED));
    }

    private static boolean isOverloaded(Collection<NodeInfo> nodes) {
        List<NodeInfo> takers =
                nodes.stream().filter(node -> node.status() == NodeStatus.ACTIVE).toList();
        return !takers.isEmpty() && takers.stream().allMatch(node -> node.load().overloaded());
    }

    private static boolean isLost(NodeInfo node) {
        return switch (node.status()) {
            case SUSPECT, OFFLINE, FENCED -> true;
            case STARTING, ACTIVE, DRAINING, LEFT -> false;
        };
    }
}
