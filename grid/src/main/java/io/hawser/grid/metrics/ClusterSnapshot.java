package io.hawser.grid.metrics;

import io.hawser.grid.metrics.NodeFigures.Standing;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * The cluster at one moment, as one node knows it. Lost nodes are counted, but what they carried is
 * not. Immutable, thread-safe.
 *
 * @param nodes by id, lost ones included, those that left not
 * @param healthyNodes nodes that serve and take clients
 * @param measuredNodes live nodes whose own snapshot is there; latency and error rate are theirs
 * @param connections open client connections
 * @param maxConnections connections that the healthy nodes accept at most
 * @param messagesPerSecond commands received and publications delivered
 * @param errorRate failed ÷ all commands of the last ten seconds, 0 to 1
 * @param latency all nodes' publications of the last ten seconds
 */
public record ClusterSnapshot(
        List<NodeFigures> nodes,
        int healthyNodes,
        int measuredNodes,
        long connections,
        long maxConnections,
        double messagesPerSecond,
        double errorRate,
        LatencyHistogram latency) {

    public ClusterSnapshot {
        nodes = List.copyOf(nodes);
    }

    /** Adds up the nodes. */
    public static ClusterSnapshot of(Collection<NodeFigures> known) {
        List<NodeFigures> nodes =
                known.stream().sorted(Comparator.comparing(NodeFigures::node)).toList();
        List<NodeFigures> live = nodes.stream().filter(n -> n.standing() != Standing.LOST).toList();
        List<NodeFigures> healthy =
                live.stream().filter(n -> n.standing() == Standing.HEALTHY).toList();
        return new ClusterSnapshot(
                nodes,
                healthy.size(),
                (int) live.stream().filter(NodeFigures::measured).count(),
                live.stream().mapToLong(NodeFigures::connections).sum(),
                healthy.stream().mapToLong(NodeFigures::maxConnections).sum(),
                live.stream().mapToDouble(NodeFigures::messagesPerSecond).sum(),
                NodeFigures.ratio(
                        live.stream().mapToLong(NodeFigures::recentErrors).sum(),
                        live.stream().mapToLong(NodeFigures::recentCommands).sum()),
                LatencyHistogram.merged(live.stream().map(NodeFigures::latency).toList()));
    }

    /** Nodes known, lost ones included. */
    public int totalNodes() {
        return nodes.size();
    }

    /** Nodes that serve and take clients. */
    public List<NodeFigures> healthy() {
        return nodes.stream().filter(n -> n.standing() == Standing.HEALTHY).toList();
    }
}
