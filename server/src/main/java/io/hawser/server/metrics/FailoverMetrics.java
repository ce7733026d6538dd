package io.hawser.server.metrics;

import io.prometheus.client.Collector;
import io.prometheus.client.CounterMetricFamily;

import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** What this node did about lost nodes, for Prometheus. Thread-safe. */
public final class FailoverMetrics extends Collector {
    private final Map<String, LongSupplier> failovers;
    private final Map<String, LongSupplier> webhooks;

    /**
     * Numbers since the start of this node, by outcome in lower case.
     *
     * @param failovers those that it carried out
     * @param webhooks events that were to be sent; empty if there is no webhook
     */
    public FailoverMetrics(
            Map<String, LongSupplier> failovers, Map<String, LongSupplier> webhooks) {
        this.failovers = Map.copyOf(failovers);
        this.webhooks = Map.copyOf(webhooks);
    }

    @Override
    public List<MetricFamilySamples> collect() {
        return List.of(
                family(
                        "hawser_failovers",
                        "Failovers that this node carried out as the coordinator.",
                        failovers),
                family(
                        "hawser_failover_webhooks",
                        "Webhooks for failovers of this node, by how they ended.",
                        webhooks));
    }

    private static MetricFamilySamples family(
            String name, String help, Map<String, LongSupplier> counts) {
        var family = new CounterMetricFamily(name, help, List.of("outcome"));
        counts.forEach(
                (outcome, count) -> family.addMetric(List.of(outcome), (double) count.getAsLong()));
        return family;
    }
}
