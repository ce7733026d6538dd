package io.hawser.server.metrics;

import io.hawser.grid.cluster.HeartbeatCounts;
import io.prometheus.client.Collector;
import io.prometheus.client.CounterMetricFamily;
import io.prometheus.client.GaugeMetricFamily;

import java.util.List;
import java.util.function.Supplier;

/** What became of heartbeats, read when Prometheus asks for it. Thread-safe. */
public final class HeartbeatMetrics extends Collector {
    private final Supplier<HeartbeatCounts> counts;

    /**
     * @param counts must not block
     */
    public HeartbeatMetrics(Supplier<HeartbeatCounts> counts) {
        this.counts = counts;
    }

    @Override
    public List<MetricFamilySamples> collect() {
        HeartbeatCounts now = counts.get();
        return List.of(
                counter("sent", "Heartbeats sent to other nodes.", now.sent()),
                counter("heard", "Heartbeats of other nodes.", now.heard()),
                counter(
                        "refused",
                        "Datagrams at the heartbeat port that were not made with the cluster's"
                                + " secret.",
                        now.refused()),
                counter(
                        "stale",
                        "Heartbeats that have been before, or of unknown or past nodes.",
                        now.stale()),
                counter("send_failures", "Heartbeats that could not be sent.", now.failed()),
                new GaugeMetricFamily(
                        "hawser_majority",
                        "1 if this node hears a majority of the nodes.",
                        now.majority() ? 1 : 0));
    }

    private static MetricFamilySamples counter(String name, String help, long value) {
        return new CounterMetricFamily("hawser_heartbeats_" + name, help, value);
    }
}
