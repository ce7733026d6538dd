package io.hawser.grid.scaling;

import io.hawser.grid.metrics.ClusterSnapshot;
import io.hawser.grid.metrics.NodeFigures;
import io.hawser.grid.metrics.NodeFigures.Standing;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Which nodes to start or to stop. No state. */
final class NodeChoice {
    private NodeChoice() {}

    /** The first names of which no node is there; fewer than {@code count} if there are no more. */
    static List<String> toStart(List<String> names, ClusterSnapshot cluster, int count) {
        Set<String> there =
                cluster.nodes().stream()
                        .filter(node -> node.standing() != Standing.LOST)
                        .map(NodeFigures::node)
                        .collect(Collectors.toSet());
        return names.stream().filter(name -> !there.contains(name)).limit(count).toList();
    }

    /**
     * Those with the fewest connections, of those that may be stopped. Never the coordinator: it
     * would stop the command that stops it.
     */
    static List<String> toStop(
            List<String> names, ClusterSnapshot cluster, String coordinator, int count) {
        return cluster.healthy().stream()
                .filter(node -> !node.node().equals(coordinator))
                .filter(node -> names.isEmpty() || names.contains(node.node()))
                .sorted(
                        Comparator.comparingInt(NodeFigures::connections)
                                .thenComparing(NodeFigures::node, Comparator.reverseOrder()))
                .limit(count)
                .map(NodeFigures::node)
                .toList();
    }
}
