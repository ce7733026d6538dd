package io.hawser.server.admin;

import io.hawser.grid.metrics.ClusterSnapshot;
import io.hawser.grid.metrics.LatencyHistogram;
import io.hawser.grid.metrics.NodeFigures;
import io.hawser.server.http.Json;

import java.util.List;

/**
 * {@code GET /admin/v1/metrics}: the cluster's figures, and each node's. Immutable.
 *
 * @param nodes by id
 */
record FiguresView(Totals cluster, List<Node> nodes) {

    /**
     * Of the whole cluster.
     *
     * @param nodes known, lost ones included
     * @param healthyNodes those that take clients
     * @param measuredNodes those whose latency and errors are among these figures
     * @param maxConnections of the healthy nodes
     * @param messagesPerSecond commands received and publications delivered
     * @param errorRate failed ÷ all commands of the last ten seconds, 0 to 1
     */
    record Totals(
            int nodes,
            int healthyNodes,
            int measuredNodes,
            long connections,
            long maxConnections,
            double messagesPerSecond,
            double errorRate,
            Latency latency) {

        static Totals of(ClusterSnapshot cluster) {
            return new Totals(
                    cluster.totalNodes(),
                    cluster.healthyNodes(),
                    cluster.measuredNodes(),
                    cluster.connections(),
                    cluster.maxConnections(),
                    rounded(cluster.messagesPerSecond()),
                    rounded(cluster.errorRate()),
                    Latency.of(cluster.latency()));
        }
    }

    /**
     * Of publications in the last ten seconds, from the channel's thread of a node to its sockets;
     * milliseconds.
     *
     * @param count publications times the I/O threads that had subscribers
     */
    record Latency(long count, double averageMs, double p50Ms, double p95Ms, double p99Ms) {
        static Latency of(LatencyHistogram histogram) {
            return new Latency(
                    histogram.count(),
                    rounded(histogram.averageMs()),
                    rounded(histogram.percentileMs(50)),
                    rounded(histogram.percentileMs(95)),
                    rounded(histogram.percentileMs(99)));
        }
    }

    /**
     * Of one node.
     *
     * @param standing starting, healthy, limited or lost
     * @param measured false if latency and errors are not known of it
     */
    record Node(
            String id,
            String standing,
            boolean measured,
            int connections,
            int maxConnections,
            double cpu,
            double memory,
            double messagesPerSecond,
            double errorRate,
            Latency latency) {

        static Node of(NodeFigures node) {
            return new Node(
                    node.node(),
                    Json.lowerCase(node.standing()),
                    node.measured(),
                    node.connections(),
                    node.maxConnections(),
                    rounded(node.cpu()),
                    rounded(node.memory()),
                    rounded(node.messagesPerSecond()),
                    rounded(node.errorRate()),
                    Latency.of(node.latency()));
        }
    }

    static FiguresView of(ClusterSnapshot cluster) {
        return new FiguresView(Totals.of(cluster), cluster.nodes().stream().map(Node::of).toList());
    }

    private static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }
}
