package io.hawser.grid.failover;

import io.hawser.grid.cluster.NodeId;
import io.hawser.grid.cluster.NodeInfo;
import io.hawser.grid.cluster.NodeStatus;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Who takes over the connections of a lost node: each node in proportion to its room. No I/O, no
 * state. Immutable.
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
        List<NodeInfo> takers =
                nodes.stream()
                        .filter(node -> node.status() == NodeStatus.ACTIVE)
                        .filter(node -> !node.id().equals(lost) && room(node) > 0)
                        .sorted(Comparator.comparing(NodeInfo::id))
                        .toList();
        long room = takers.stream().mapToLong(FailoverPlan::room).sum();
        int left = (int) Math.min(connections, room);
        int unplaced = connections - left;
        List<Share> shares = new ArrayList<>();
        for (NodeInfo node : takers) {
            // Of what is left over what is left, so that the shares add up and none is above its
            // room.
            int share = (int) Math.ceilDiv((long) left * room(node), room);
            room -= room(node);
            left -= share;
            shares.add(new Share(node, share));
        }
        return new FailoverPlan(shares, unplaced);
    }

    private static long room(NodeInfo node) {
        return Math.max(0, (long) node.load().maxConnections() - node.load().connections());
    }
}
