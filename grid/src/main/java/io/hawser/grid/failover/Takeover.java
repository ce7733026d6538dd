package io.hawser.grid.failover;

import io.hawser.grid.affinity.Target;
import io.hawser.grid.cluster.NodeInfo;
import io.hawser.grid.failover.FailoverRecord.Outcome;

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
        if (strategy == FailoverStrategy.GRACEFUL) {
            for (NodeInfo node : nodes) {
                if (isBack(lost, node)) {
                    return new Takeover(Outcome.RETURNED, plan, List.of(Target.of(node, 1)));
                }
            }
        }
        List<Target> targets = plan.shares().stream().map(Takeover::target).toList();
        return new Takeover(Outcome.REASSIGNED, plan, targets);
    }

    private static boolean isBack(NodeInfo lost, NodeInfo now) {
        return now.id().equals(lost.id()) && now.isLive() && now.incarnation() > lost.incarnation();
    }

    /** Without clients, shares are by room all the same: affinity has entries of those away. */
    private static Target target(FailoverPlan.Share share) {
        return Target.of(share.node(), Math.max(1, share.connections()));
    }
}
