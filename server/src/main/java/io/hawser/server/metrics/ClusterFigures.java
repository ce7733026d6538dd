package io.hawser.server.metrics;

import io.hawser.grid.metrics.ClusterSnapshot;
import io.hawser.grid.metrics.NodeFigures;
import io.prometheus.client.Collector;
import io.prometheus.client.GaugeMetricFamily;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * The cluster's figures for Prometheus, as this node knows them. What each means is in {@code
 * docs/metrics.md}. Thread-safe.
 */
public final class ClusterFigures extends Collector {
    private static final double[] PERCENTS = {50, 95, 99};

    private final Supplier<ClusterSnapshot> source;

    /**
     * @param source must not block
     */
    public ClusterFigures(Supplier<ClusterSnapshot> source) {
        this.source = source;
    }

    @Override
    public List<MetricFamilySamples> collect() {
        ClusterSnapshot cluster = source.get();
        var families = new ArrayList<MetricFamilySamples>();
        families.add(
                new GaugeMetricFamily(
                        "hawser_cluster_healthy_nodes",
                        "Nodes that take clients.",
                        cluster.healthyNodes()));
        families.add(
                new GaugeMetricFamily(
                        "hawser_cluster_connections",
                        "Open client connections of all live nodes.",
                        cluster.connections()));
        families.add(
                new GaugeMetricFamily(
                        "hawser_cluster_max_connections",
                        "Connections that all healthy nodes accept at most.",
                        cluster.maxConnections()));
        families.add(
                new GaugeMetricFamily(
                        "hawser_cluster_messages_per_second",
                        "Commands received and publications delivered, all live nodes.",
                        cluster.messagesPerSecond()));
        families.add(
                new GaugeMetricFamily(
                        "hawser_cluster_error_ratio",
                        "Failed commands over all, last ten seconds, all live nodes.",
                        cluster.errorRate()));
        families.add(latency(cluster));
        nodes(cluster, families);
        return families;
    }

    private static MetricFamilySamples latency(ClusterSnapshot cluster) {
        var family =
                new GaugeMetricFamily(
                        "hawser_cluster_latency_seconds",
                        "Publications from the channel's thread to the sockets, last ten seconds,"
                                + " all nodes' histograms merged.",
                        List.of("quantile"));
        for (double percent : PERCENTS) {
            family.addMetric(
                    List.of(String.valueOf(percent / 100)),
                    cluster.latency().percentileMs(percent) / 1000);
        }
        return family;
    }

    private static void nodes(ClusterSnapshot cluster, List<MetricFamilySamples> families) {
        families.add(
                byNode(
                        "hawser_node_connections",
                        "Open client connections, by node.",
                        cluster.nodes(),
                        NodeFigures::connections));
        families.add(
                byNode(
                        "hawser_node_cpu_ratio",
                        "CPU time over that of the cores a node may use, last five seconds.",
                        cluster.nodes(),
                        NodeFigures::cpu));
        families.add(
                byNode(
                        "hawser_node_memory_ratio",
                        "Heap after the last collection over the largest heap.",
                        cluster.nodes(),
                        NodeFigures::memory));
        families.add(
                byNode(
                        "hawser_node_error_ratio",
                        "Failed commands over all, last ten seconds.",
                        measured(cluster),
                        NodeFigures::errorRate));
        families.add(
                byNode(
                        "hawser_node_latency_p99_seconds",
                        "99 % of publications took at most this long to the sockets, last ten"
                                + " seconds.",
                        measured(cluster),
                        node -> node.latency().percentileMs(99) / 1000));
    }

    /** Of the others it is not known, and zero would say otherwise. */
    private static List<NodeFigures> measured(ClusterSnapshot cluster) {
        return cluster.nodes().stream().filter(NodeFigures::measured).toList();
    }

    private static MetricFamilySamples byNode(
            String name,
            String help,
            List<NodeFigures> nodes,
            ToDoubleFunction<NodeFigures> figure) {
        var family = new GaugeMetricFamily(name, help, List.of("node"));
        nodes.forEach(node -> family.addMetric(List.of(node.node()), figure.applyAsDouble(node)));
        return family;
    }
}
