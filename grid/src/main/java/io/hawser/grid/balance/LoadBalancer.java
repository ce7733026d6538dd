package io.hawser.grid.balance;

import io.hawser.grid.cluster.NodeId;
import io.hawser.grid.cluster.NodeInfo;
import io.hawser.grid.cluster.NodeStatus;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Chooses the node that a client goes to, out of what this node knows of the others. Thread-safe;
 * does no I/O.
 *
 * <p>Only nodes that are active, listen, and are below their maximum of connections are ever given
 * out. A node that would be full with those who were sent there since its last report comes after
 * all that have room. Among nodes with room those of the wanted region come first, then those of
 * the nearest other one.
 */
public final class LoadBalancer {
    private final Algorithm algorithm;
    private final Supplier<? extends Collection<NodeInfo>> nodes;
    private final Supplier<? extends RandomGenerator> random;
    private final Placements placements = new Placements();

    /**
     * @param nodes the nodes that are known; must not block
     */
    public LoadBalancer(Algorithm algorithm, Supplier<? extends Collection<NodeInfo>> nodes) {
        this(algorithm, nodes, ThreadLocalRandom::current);
    }

    LoadBalancer(
            Algorithm algorithm,
            Supplier<? extends Collection<NodeInfo>> nodes,
            Supplier<? extends RandomGenerator> random) {
        this.algorithm = algorithm;
        this.nodes = nodes;
        this.random = random;
    }

    public Algorithm algorithm() {
        return algorithm;
    }

    /** True if clients may be sent to the node. */
    public static boolean takesClients(NodeInfo node) {
        return node.status() == NodeStatus.ACTIVE
                && node.port() > 0
                && node.load().connections() < node.load().maxConnections();
    }

    /**
     * Chooses a node, and counts the client as on its way there.
     *
     * @param home the node that the client belongs to, taken if it takes clients; null if it
     *     belongs to none
     */
    public Choice choose(Newcomer newcomer, @Nullable NodeId home) {
        Collection<NodeInfo> known = nodes.get();
        placements.keepOnly(known);
        List<Candidate> candidates = candidates(known);
        if (candidates.isEmpty()) {
            return new Choice.Nowhere(whyNowhere(known));
        }
        List<Candidate> order =
                algorithm.order(candidates, newcomer, random.get()).stream()
                        .sorted(preference(newcomer, home))
                        .toList();
        Candidate first = order.getFirst();
        placements.placed(first.node());
        return new Choice.Found(
                first.node(),
                order.stream().skip(1).map(Candidate::node).toList(),
                reason(first, newcomer, home));
    }

    private List<Candidate> candidates(Collection<NodeInfo> known) {
        double highest = Score.highest(known);
        return known.stream()
                .filter(LoadBalancer::takesClients)
                .map(node -> placements.candidate(node, highest))
                .toList();
    }

    /** What stands above the algorithm's order; sorting keeps that order among equals. */
    private static Comparator<Candidate> preference(Newcomer newcomer, @Nullable NodeId home) {
        return Comparator.comparing((Candidate each) -> !each.id().equals(home))
                .thenComparing(each -> !each.hasRoom())
                .thenComparingInt(each -> newcomer.distance(each.node().profile().region()));
    }

    private String reason(Candidate first, Newcomer newcomer, @Nullable NodeId home) {
        if (first.id().equals(home)) {
            return "the user's node";
        }
        String moved = home == null ? "" : "the user's node " + home + " takes no clients; ";
        return moved + region(first.node(), newcomer) + algorithm.reason(first);
    }

    private static String region(NodeInfo node, Newcomer newcomer) {
        if (newcomer.region().isEmpty()) {
            return "";
        }
        String where = node.profile().region();
        String there = "in region " + where + ", ";
        if (newcomer.distance(where) == 0) {
            return there;
        }
        return "no node of region "
                + newcomer.region()
                + " has room; "
                + (newcomer.nearest().contains(where) ? there : "");
    }

    private static String whyNowhere(Collection<NodeInfo> known) {
        boolean full = known.stream().anyMatch(node -> node.status() == NodeStatus.ACTIVE);
        return full ? "all nodes are full: no node takes clients now" : "no node takes clients now";
    }
}
