package io.hawser.server.metrics;

import io.hawser.server.outbox.OutboxCounts;
import io.prometheus.client.Collector;
import io.prometheus.client.CounterMetricFamily;
import io.prometheus.client.GaugeMetricFamily;

import java.util.List;
import java.util.function.Supplier;

/** What the outbox counts, read when Prometheus asks for it. Thread-safe. */
public final class OutboxMetrics extends Collector {
    private final Supplier<OutboxCounts> counts;

    /**
     * @param counts must not block
     */
    public OutboxMetrics(Supplier<OutboxCounts> counts) {
        this.counts = counts;
    }

    @Override
    public List<MetricFamilySamples> collect() {
        OutboxCounts now = counts.get();
        return List.of(
                new GaugeMetricFamily(
                        "hawser_outbox_relaying",
                        "1 on the node that publishes the outbox, else 0.",
                        now.relaying() ? 1 : 0),
                new GaugeMetricFamily(
                        "hawser_outbox_waiting",
                        "Rows that wait to be published, 100000 for more; 0 unless relaying.",
                        now.state().waiting()),
                new GaugeMetricFamily(
                        "hawser_outbox_oldest_age_seconds",
                        "How long the oldest row waits; 0 if none, and unless relaying.",
                        now.state().oldestAgeMs() / 1e3),
                new GaugeMetricFamily(
                        "hawser_outbox_dead",
                        "Refused rows in hawser.outbox_dead, 100000 for more; 0 unless relaying.",
                        now.state().dead()),
                new GaugeMetricFamily(
                        "hawser_outbox_resting_channels",
                        "Channels whose rows Redis refuses; they are tried again.",
                        now.resting()),
                new CounterMetricFamily(
                        "hawser_outbox_published", "Rows published.", now.published()),
                new CounterMetricFamily(
                        "hawser_outbox_repeated",
                        "Rows found to be published already, by a relay that could not remove them.",
                        now.repeated()),
                new CounterMetricFamily(
                        "hawser_outbox_refused",
                        "Rows laid aside as their channel or data is refused.",
                        now.refused()),
                new CounterMetricFamily(
                        "hawser_outbox_failures",
                        "Times that PostgreSQL or Redis held up the outbox; nothing is lost.",
                        now.failures()));
    }
}
