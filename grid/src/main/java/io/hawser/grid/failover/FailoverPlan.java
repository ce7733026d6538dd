package io.hawser.grid.failover;

import io.hawser.grid.cluster.NodeId;
import io.hawser.grid.cluster.NodeInfo;
import io.hawser.grid.cluster.NodeStatus;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Who takes over the connections of a lost node: each zone in proportion to the room of its nodes,
 * and within it each node in proportion to its own. No I/O, no state. Immutable.
 *
 * @param shares who takes how many, by node id; those without room are left out
 * @param unplaced connections for which there is no room: they are refused with 503 until there is
 */
public record FailoverPlan(List<Share> shares, int unplaced) {
    /**
     * What one node takes over.
     *
     * @param connections 0 or more
     */
    public record Share(NodeInfo node, int connections) {}

    public FailoverPlan {
        shares = List.copyOf(shares);
    }

    /**
     * A plan for the connections of a node.
     *
     * @param lost the node that is gone; it takes nothing over
     * @param connections how many it had, 0 or more
     * @param nodes all nodes; those that do not take clients are left out
     */
    public static FailoverPlan of(NodeId lost, int connections, Collection<NodeInfo> nodes) {
        Map<String, List<NodeInfo>> zones =
                nodes.stream()
                        .filter(node -> node.status() == NodeStatus.ACTIVE)
                        .filter(node -> !node.id().equals(lost) && room(node) > 0)
                        .sorted(Comparator.comparing(NodeInfo::id))
                        .collect(
                                Collectors.groupingBy(
                                        node -> node.profile().failsWith(),
                                        TreeMap::new,
                                        Collectors.toList()));
        long room = zones.values().stream().mapToLong(FailoverPlan::room).sum();
        int placed = (int) Math.min(connections, room);
        return new FailoverPlan(spread(placed, List.copyOf(zones.values())), connections - placed);
    }

    /** Over the zones first: rounding alone must not bring a few to the nodes of one zone. */
    private static List<Share> spread(int connections, List<List<NodeInfo>> zones) {
        int[] ofZones =
                Apportionment.of(
                        connections, zones.stream().mapToLong(FailoverPlan::room).toArray());
        List<Share> shares = new ArrayList<>();
        for (int zone = 0; zone < ofZones.length; zone++) {
            List<NodeInfo> nodes = zones.get(zone);
            int[] ofNodes =
                    Apportionment.of(
                            ofZones[zone], nodes.stream().mapToLong(FailoverPlan::room).toArray());
            for (int node = 0; node < ofNodes.length; node++) {
                shares.add(new Share(nodes.get(node), ofNodes[node]));
            }
        }
        shares.sort(Comparator.comparing(share -> share.node().id()));
        return shares;
    }

    private static long room(List<NodeInfo> nodes) {
        return nodes.stream().mapToLong(FailoverPlan::room).sum();
    }

    private static long room(NodeInfo node) {
        return Math.max(0, (long) node.load().maxConnections() - node.load().connections());
    }
}
