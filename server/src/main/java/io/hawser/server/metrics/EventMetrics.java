package io.hawser.server.metrics;

import io.prometheus.client.Collector;
import io.prometheus.client.CounterMetricFamily;
import io.prometheus.client.GaugeMetricFamily;

import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/** The webhook for events, for Prometheus. Thread-safe. */
public final class EventMetrics extends Collector {
    private final Map<String, LongSupplier> outcomes;
    private final IntSupplier waiting;
    private final IntSupplier dead;

    /**
     * @param outcomes events of this node since its start, by how they ended, in lower case
     * @param waiting events that wait on its disk
     * @param dead dead letters on its disk
     */
    public EventMetrics(Map<String, LongSupplier> outcomes, IntSupplier waiting, IntSupplier dead) {
        this.outcomes = Map.copyOf(outcomes);
        this.waiting = waiting;
        this.dead = dead;
    }

    @Override
    public List<MetricFamilySamples> collect() {
        var ended =
                new CounterMetricFamily(
                        "hawser_event_webhooks",
                        "Events for the webhook that this node sent or dropped, by how they ended.",
                        List.of("outcome"));
        outcomes.forEach(
                (outcome, count) -> ended.addMetric(List.of(outcome), (double) count.getAsLong()));
        return List.of(
                ended,
                new GaugeMetricFamily(
                        "hawser_event_webhooks_waiting",
                        "Events that wait for the webhook on this node's disk.",
                        waiting.getAsInt()),
                new GaugeMetricFamily(
                        "hawser_event_webhooks_dead",
                        "Dead letters of the webhook on this node's disk.",
                        dead.getAsInt()));
    }
}
