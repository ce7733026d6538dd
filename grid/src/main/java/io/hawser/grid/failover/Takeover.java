package io.hawser.grid.failover;

import io.hawser.grid.affinity.Target;
import io.hawser.grid.cluster.NodeInfo;
import io.hawser.grid.failover.FailoverRecord.Outcome;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.List;

/**
 * What is to be done about the clients of a lost node. No I/O, no state. Immutable.
 *
 * @param outcome what it will come to, unless it fails
 * @param plan where the connections go that it had
 * @param targets who gets the clients that are remembered, those that are away too; empty if nobody
 *     takes clients
 */
record Takeover(Outcome outcome, FailoverPlan plan, List<Target> targets) {
    /**
     * Decides it by the nodes that there are now.
     *
     * @param lost as it was last known
     * @param nodes all nodes
     */
    static Takeover of(NodeInfo lost, FailoverStrategy strategy, Collection<NodeInfo> nodes) {
        var plan = FailoverPlan.of(lost.id(), lost.load().connections(), nodes);
        NodeInfo back = returned(lost, strategy, nodes);
        if (back != null) {
            return new Takeover(Outcome.RETURNED, plan, List.of(Target.of(back, 1)));
        }
        List<Target> targets = plan.shares().stream().map(Takeover::target).toList();
        return new Takeover(Outcome.REASSIGNED, plan, targets);
    }

    /** The later life of a lost node that keeps its clients; null if there is none. */
    static @Nullable NodeInfo returned(
            NodeInfo lost, FailoverStrategy strategy, Collection<NodeInfo> nodes) {
        if (strategy != FailoverStrategy.GRACEFUL) {
            return null;
        }
        return nodes.stream().filter(node -> isBack(lost, node)).findFirst().orElse(null);
    }

    private static boolean isBack(NodeInfo lost, NodeInfo now) {
        return now.id().equals(lost.id()) && now.isLive() && now.incarnation() > lost.incarnation();
    }

    /** Without clients, shares are by room all the same: affinity has entries of those away. */
    private static Target target(FailoverPlan.Share share) {
        return Target.of(share.node(), Math.max(1, share.connections()));
    }
}
