package io.hawser.grid.failover;

import io.hawser.grid.cluster.NodeId;
import io.hawser.grid.cluster.NodeInfo;
import io.hawser.grid.cluster.NodeStatus;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.Locale;

/** Whether a node may be drained, by what the registry knows. No I/O, no state. */
public final class DrainCheck {
    private DrainCheck() {}

    /**
     * Why not, for people; null if it may.
     *
     * @param nodes all that are known
     * @param node the one to drain
     * @param force also if no other node takes clients
     */
    public static @Nullable String refusal(Collection<NodeInfo> nodes, NodeId node, boolean force) {
        NodeStatus status = status(nodes, node);
        if (status == null) {
            return "node " + node + " is not known";
        }
        return switch (status) {
            case DRAINING -> null; // again, perhaps at another pace
            case ACTIVE, SUSPECT ->
                    force || othersServe(nodes, node)
                            ? null
                            : "node "
                                    + node
                                    + " is the last one that takes clients: they would have nowhere"
                                    + " to go; force it if that is what you want";
            case STARTING, LEFT, OFFLINE, FENCED ->
                    "node "
                            + node
                            + " is "
                            + status.name().toLowerCase(Locale.ROOT)
                            + ": there is nobody to send away";
        };
    }

    private static @Nullable NodeStatus status(Collection<NodeInfo> nodes, NodeId node) {
        for (NodeInfo known : nodes) {
            if (known.id().equals(node)) {
                return known.status();
            }
        }
        return null;
    }

    /**
     * Whether any other node takes clients. To be asked again a moment after a drain has begun: two
     * that begin at the same moment each take the other for the one that stays.
     */
    public static boolean othersServe(Collection<NodeInfo> nodes, NodeId node) {
        return nodes.stream()
                .anyMatch(n -> n.status() == NodeStatus.ACTIVE && !n.id().equals(node));
    }
}
