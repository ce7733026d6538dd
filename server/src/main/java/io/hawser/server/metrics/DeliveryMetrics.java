package io.hawser.server.metrics;

import io.hawser.grid.delivery.DeliveryCounts;
import io.prometheus.client.Collector;
import io.prometheus.client.CounterMetricFamily;
import io.prometheus.client.GaugeMetricFamily;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * What is counted about acknowledged delivery, of all users together; how far one is says the
 * administration. Read when Prometheus asks for it. Thread-safe.
 */
public final class DeliveryMetrics extends Collector {
    private static final String LAG = "hawser_delivery_lag_publications";

    private final Supplier<DeliveryCounts> counts;

    /**
     * @param counts must not block
     */
    public DeliveryMetrics(Supplier<DeliveryCounts> counts) {
        this.counts = counts;
    }

    @Override
    public List<MetricFamilySamples> collect() {
        DeliveryCounts now = counts.get();
        return List.of(
                new CounterMetricFamily(
                        "hawser_delivery_acknowledged", "Positions written.", now.acknowledged()),
                new CounterMetricFamily(
                        "hawser_delivery_coalesced",
                        "Acknowledgements that went with another one of the same position.",
                        now.coalesced()),
                new CounterMetricFamily(
                        "hawser_delivery_ack_failures",
                        "Positions that could not be written; what they acknowledge comes again.",
                        now.failed()),
                new CounterMetricFamily(
                        "hawser_delivery_writes",
                        "Calls of the store, each with some positions of one user.",
                        now.writes()),
                new GaugeMetricFamily(
                        "hawser_delivery_waiting",
                        "Positions that wait to be written.",
                        now.waiting()),
                new CounterMetricFamily(
                        "hawser_delivery_begun",
                        "Subscriptions that found no position and began one.",
                        now.begun()),
                new CounterMetricFamily(
                        "hawser_delivery_resumed",
                        "Subscriptions that went on from a position.",
                        now.resumed()),
                new CounterMetricFamily(
                        "hawser_delivery_lost",
                        "Of these, those that could not be given all since (recovered: false).",
                        now.lost()),
                lag(now));
    }

    private static MetricFamilySamples lag(DeliveryCounts now) {
        List<MetricFamilySamples.Sample> samples = new ArrayList<>();
        long count = 0;
        for (int i = 0; i < now.lags().size(); i++) {
            count += now.lags().get(i);
            String bound =
                    i < now.lagBounds().size() ? doubleToGoString(now.lagBounds().get(i)) : "+Inf";
            samples.add(
                    new MetricFamilySamples.Sample(
                            LAG + "_bucket", List.of("le"), List.of(bound), count));
        }
        samples.add(new MetricFamilySamples.Sample(LAG + "_count", List.of(), List.of(), count));
        samples.add(
                new MetricFamilySamples.Sample(LAG + "_sum", List.of(), List.of(), now.lagSum()));
        return new MetricFamilySamples(
                LAG,
                Type.HISTOGRAM,
                "Publications that users were behind when they subscribed.",
                samples);
    }
}
