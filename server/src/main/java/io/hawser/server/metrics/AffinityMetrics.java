package io.hawser.server.metrics;

import io.hawser.grid.affinity.AffinityCounts;
import io.prometheus.client.Collector;
import io.prometheus.client.CounterMetricFamily;
import io.prometheus.client.GaugeMetricFamily;

import java.util.List;
import java.util.function.Supplier;

/** What affinity counts, read when Prometheus asks for it. Thread-safe. */
public final class AffinityMetrics extends Collector {
    private final Supplier<AffinityCounts> counts;

    /**
     * @param counts must not block
     */
    public AffinityMetrics(Supplier<AffinityCounts> counts) {
        this.counts = counts;
    }

    @Override
    public List<MetricFamilySamples> collect() {
        AffinityCounts now = counts.get();
        return List.of(
                new GaugeMetricFamily(
                        "hawser_affinity_writes_waiting",
                        "Clients that came or went and wait to be written to the grid.",
                        now.waiting()),
                new CounterMetricFamily(
                        "hawser_affinity_writes_lost",
                        "Clients that came or went and found no room to wait.",
                        now.overflows()),
                new CounterMetricFamily(
                        "hawser_affinity_write_failures",
                        "Writes to the grid's affinity map that failed.",
                        now.failures()),
                new GaugeMetricFamily(
                        "hawser_affinity_copies_waiting",
                        "Mappings that wait to be copied to Redis.",
                        now.copyWaiting()),
                new CounterMetricFamily(
                        "hawser_affinity_copies_dropped",
                        "Mappings that were never copied to Redis.",
                        now.copyDropped()),
                new CounterMetricFamily(
                        "hawser_affinity_redis_failures",
                        "Copies, reads and kept subscriptions that Redis did not take.",
                        now.redisFailures()),
                new CounterMetricFamily(
                        "hawser_affinity_sent_away",
                        "Clients that were told to reconnect, being at the wrong node.",
                        now.sentAway()));
    }
}
