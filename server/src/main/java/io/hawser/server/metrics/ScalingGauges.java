package io.hawser.server.metrics;

import io.hawser.grid.scaling.ScalingDecision;
import io.hawser.grid.scaling.ScalingFigures;
import io.hawser.grid.scaling.ScalingStatus;
import io.prometheus.client.Collector;
import io.prometheus.client.CounterMetricFamily;
import io.prometheus.client.GaugeMetricFamily;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What scaling goes by and wants, for Prometheus. The coordinator alone knows; other nodes serve
 * none of its gauges, so that nothing is counted twice. Thread-safe.
 */
public final class ScalingGauges extends Collector {
    private final Supplier<ScalingStatus> status;
    private final Map<Hook, LongSupplier> hooks;

    /**
     * How one kind of hook can end.
     *
     * @param hook webhook or command
     * @param outcome done, failed or dropped
     */
    public record Hook(String hook, String outcome) {}

    /**
     * @param status must not block
     * @param hooks how often each ended so, since the start of this node
     */
    public ScalingGauges(Supplier<ScalingStatus> status, Map<Hook, LongSupplier> hooks) {
        this.status = status;
        this.hooks = Map.copyOf(hooks);
    }

    @Override
    public List<MetricFamilySamples> collect() {
        var families = new ArrayList<MetricFamilySamples>();
        var outcomes =
                new CounterMetricFamily(
                        "hawser_scaling_hooks",
                        "Webhooks and commands for scaling decisions, by how they ended.",
                        List.of("hook", "outcome"));
        hooks.forEach(
                (hook, count) ->
                        outcomes.addMetric(
                                List.of(hook.hook(), hook.outcome()), (double) count.getAsLong()));
        families.add(outcomes);
        ScalingStatus now = status.get();
        if (now.coordinator()) {
            gauges(now, families);
        }
        return families;
    }

    private static void gauges(ScalingStatus now, List<MetricFamilySamples> families) {
        ScalingFigures figures = now.figures();
        families.add(
                new GaugeMetricFamily(
                        "hawser_scaling_nodes",
                        "Nodes that serve or are about to.",
                        figures.nodes()));
        families.add(
                new GaugeMetricFamily(
                        "hawser_scaling_target_nodes",
                        "Nodes that the last decision wanted; without one, those that there are.",
                        target(now)));
        families.add(
                new GaugeMetricFamily(
                        "hawser_scaling_decisions",
                        "Number of the cluster's last decision.",
                        now.decisions().isEmpty() ? 0 : now.decisions().getFirst().number()));
        families.add(
                new GaugeMetricFamily(
                        "hawser_scaling_utilisation_ratio",
                        "Utilisation of the cluster.",
                        figures.utilisation()));
        families.add(
                new GaugeMetricFamily(
                        "hawser_scaling_highest_utilisation_ratio",
                        "Utilisation of the node with the highest.",
                        figures.highestUtilisation()));
        Double forecast = figures.forecast();
        if (forecast != null) {
            families.add(
                    new GaugeMetricFamily(
                            "hawser_scaling_forecast_utilisation_ratio",
                            "Utilisation of the cluster at the forecast's horizon.",
                            forecast));
        }
    }

    private static int target(ScalingStatus now) {
        return now.decisions().stream()
                .findFirst()
                .map(ScalingDecision::toNodes)
                .orElse(now.figures().nodes());
    }
}
