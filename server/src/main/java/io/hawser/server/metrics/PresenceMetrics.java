package io.hawser.server.metrics;

import io.hawser.grid.presence.PresenceCounts;
import io.prometheus.client.Collector;
import io.prometheus.client.CounterMetricFamily;
import io.prometheus.client.GaugeMetricFamily;

import java.util.List;
import java.util.function.Supplier;

/** What presence counts, read when Prometheus asks for it. Thread-safe. */
public final class PresenceMetrics extends Collector {
    private final Supplier<PresenceCounts> counts;

    /**
     * @param counts must not block
     */
    public PresenceMetrics(Supplier<PresenceCounts> counts) {
        this.counts = counts;
    }

    @Override
    public List<MetricFamilySamples> collect() {
        PresenceCounts now = counts.get();
        return List.of(
                new GaugeMetricFamily(
                        "hawser_presence_members",
                        "This node's clients in channels that keep presence or send joins and"
                                + " leaves; in three channels a client counts three times.",
                        now.members()),
                new GaugeMetricFamily(
                        "hawser_presence_channels",
                        "Channels with such clients on this node.",
                        now.channels()),
                new GaugeMetricFamily(
                        "hawser_presence_writes_waiting",
                        "Channels and clients whose change waits to be written to the grid.",
                        now.waiting()),
                new CounterMetricFamily(
                        "hawser_presence_write_failures",
                        "Writes to the grid's maps of presence that failed.",
                        now.failures()),
                new CounterMetricFamily(
                        "hawser_presence_writes_lost",
                        "Changes that found no room to wait.",
                        now.overflows()),
                new CounterMetricFamily(
                        "hawser_presence_unanswered",
                        "Questions to other nodes about their members that had no answer.",
                        now.unanswered()));
    }
}
