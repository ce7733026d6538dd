package io.hawser.grid.failover;

import io.hawser.grid.cluster.NodeInfo;
import io.hawser.grid.cluster.NodeStatus;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Levels the connections of the nodes that take clients: each gets a share by its {@code
 * max_connections}. No I/O, no state.
 */
public final class RebalancePlan {
    /** Deviations of this share of what a node ought to have are not worth a client's reconnect. */
    static final double TOLERANCE = 0.1;

    private RebalancePlan() {}

    /** A node, and by how much it is above (or below) its share. */
    private static final class Level {
        private final NodeInfo node;
        private int surplus;

        Level(NodeInfo node, double share) {
            this.node = node;
            this.surplus = (int) Math.round(node.load().connections() - share);
        }
    }

    /** The moves that level them; none if no node is off its share by more than a tenth. */
    public static List<RebalanceMove> of(Collection<NodeInfo> nodes) {
        List<NodeInfo> active =
                nodes.stream()
                        .filter(n -> n.status() == NodeStatus.ACTIVE)
                        .filter(n -> n.load().maxConnections() > 0)
                        .sorted(Comparator.comparing(NodeInfo::id))
                        .toList();
        double room = active.stream().mapToDouble(n -> n.load().maxConnections()).sum();
        double all = active.stream().mapToDouble(n -> n.load().connections()).sum();
        List<Level> levels = new ArrayList<>();
        boolean uneven = false;
        for (NodeInfo node : active) {
            double share = all * node.load().maxConnections() / room;
            var level = new Level(node, share);
            uneven |= Math.abs(level.surplus) > Math.max(1, share * TOLERANCE);
            levels.add(level);
        }
        return uneven ? moves(levels) : List.of();
    }

    private static List<RebalanceMove> moves(List<Level> levels) {
        List<RebalanceMove> moves = new ArrayList<>();
        for (Level from : levels) {
            for (Level to : levels) {
                int count = Math.min(from.surplus, -to.surplus);
                if (count > 0) {
                    moves.add(new RebalanceMove(from.node.id(), to.node.id(), count));
                    from.surplus -= count;
                    to.surplus += count;
                }
            }
        }
        return moves;
    }
}
