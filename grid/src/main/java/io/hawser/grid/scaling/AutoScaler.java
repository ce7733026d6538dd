package io.hawser.grid.scaling;

import io.hawser.grid.metrics.ClusterSnapshot;
import io.hawser.grid.metrics.NodeFigures;
import io.hawser.grid.metrics.NodeFigures.Standing;
import io.hawser.grid.scaling.ScalingDecision.Direction;

import org.jspecify.annotations.Nullable;

import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Decides when the cluster shall have more nodes or fewer. Pure: time, cluster and the cluster's
 * last decision go in, a decision comes out; it waits for nothing and starts nothing. What it
 * remembers itself is only since when figures are high or low, and their course. Not thread-safe.
 *
 * <p>Whatever the figures do:
 *
 * <ol>
 *   <li>between two decisions lies the cooldown of the later one's direction;
 *   <li>no decision leads below {@code minNodes} or above {@code maxNodes};
 *   <li>nodes are not removed while some of them have not told their figures, nor while nodes that
 *       were asked for have not come; no more are asked for before these have come or their time is
 *       over;
 *   <li>the last decision may be another coordinator's: it is kept to all the same.
 * </ol>
 */
public final class AutoScaler {
    private final ScalingPolicy policy;
    private final boolean dryRun;
    private final Triggers triggers;
    private final LoadForecast forecast;
    private final UsualRate usualErrors;
    private ScalingFigures figures = ScalingFigures.NONE;
    private String held = "";

    /** The last decision that was looked at, and since when. */
    private long seenNumber;

    private long seenMs;

    /**
     * @param dryRun only noted in the decisions
     */
    public AutoScaler(ScalingPolicy policy, boolean dryRun) {
        this.policy = policy;
        this.dryRun = dryRun;
        this.triggers = new Triggers(policy);
        this.usualErrors = new UsualRate(policy.up().usualMs());
        this.forecast = new LoadForecast(policy.forecast());
    }

    /** The figures of the last step. */
    public ScalingFigures figures() {
        return figures;
    }

    /** Why the last step did not do what the figures called for; empty if nothing was held. */
    public String held() {
        return held;
    }

    /**
     * One step, meant once a second.
     *
     * @param nowMs milliseconds since 1970, of a clock that nobody sets
     * @param coordinator id of this node, which is not removed
     * @param last the cluster's last decision, null if there was none
     */
    public Optional<ScalingDecision> step(
            long nowMs,
            ClusterSnapshot cluster,
            String coordinator,
            @Nullable ScalingDecision last) {
        held = "";
        if (cluster.healthyNodes() == 0) {
            figures = ScalingFigures.NONE;
            return Optional.empty();
        }
        figures = figures(nowMs, cluster);
        Wish wish = triggers.step(nowMs, figures);
        if (wish == null) {
            return Optional.empty();
        }
        List<String> nodes = wish.up() ? toStart(cluster) : toStop(cluster, coordinator);
        held = wish.up() ? holdUp(nowMs, cluster, last) : holdDown(nowMs, cluster, last, nodes);
        if (!held.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(decision(nowMs, wish, coordinator, last, nodes));
    }

    private ScalingFigures figures(long nowMs, ClusterSnapshot cluster) {
        List<NodeFigures> healthy = cluster.healthy();
        NodeFigures highest =
                Collections.max(
                        healthy,
                        Comparator.comparingDouble(n -> Measure.highest(policy.measures(), n)));
        double utilisation = Measure.highest(policy.measures(), healthy);
        forecast.add(nowMs, utilisation * healthy.size());
        Double ahead = policy.forecast().enabled() ? forecast.ahead() : null;
        double errorRate = errorRate(cluster);
        return new ScalingFigures(
                count(cluster, Standing.HEALTHY) + count(cluster, Standing.STARTING),
                utilisation,
                highest.node(),
                Measure.highest(policy.measures(), highest),
                cluster.latency().count() < policy.up().minMessages()
                        ? 0
                        : cluster.latency().percentileMs(99),
                errorRate,
                usualErrors.add(nowMs, errorRate),
                ahead == null ? null : ahead / healthy.size());
    }

    private double errorRate(ClusterSnapshot cluster) {
        long commands = cluster.nodes().stream().mapToLong(NodeFigures::recentCommands).sum();
        return commands < policy.up().minCommands() ? 0 : cluster.errorRate();
    }

    private static int count(ClusterSnapshot cluster, Standing standing) {
        return (int) cluster.nodes().stream().filter(n -> n.standing() == standing).count();
    }

    private List<String> toStart(ClusterSnapshot cluster) {
        return NodeChoice.toStart(policy.names(), cluster, policy.step());
    }

    private List<String> toStop(ClusterSnapshot cluster, String coordinator) {
        return NodeChoice.toStop(policy.names(), cluster, coordinator, policy.step());
    }

    private String holdUp(long nowMs, ClusterSnapshot cluster, @Nullable ScalingDecision last) {
        int limited = count(cluster, Standing.LIMITED); // may come back, so they count too
        if (figures.nodes() + limited + policy.step() > policy.maxNodes()) {
            return "there may be %d nodes at most".formatted(policy.maxNodes());
        }
        if (!policy.names().isEmpty() && toStart(cluster).size() < policy.step()) {
            return "no node is left to start";
        }
        return wait(nowMs, last, policy.up().cooldownMs(), Direction.UP);
    }

    private String holdDown(
            long nowMs,
            ClusterSnapshot cluster,
            @Nullable ScalingDecision last,
            List<String> nodes) {
        int healthy = cluster.healthyNodes();
        if (healthy < 2 * policy.minNodes() || healthy - policy.step() < policy.minNodes()) {
            return "nodes are removed from %d on only".formatted(2 * policy.minNodes());
        }
        if (cluster.healthy().stream().anyMatch(node -> !node.measured())) {
            return "some nodes do not tell their figures";
        }
        if (nodes.size() < policy.step()) {
            return "no node may be stopped";
        }
        return wait(nowMs, last, policy.down().cooldownMs(), Direction.DOWN);
    }

    /** Empty if there is nothing to wait for. */
    private String wait(
            long nowMs, @Nullable ScalingDecision last, long cooldownMs, Direction direction) {
        if (last == null) {
            return "";
        }
        long agoMs = agoMs(nowMs, last);
        if (agoMs < cooldownMs) {
            return "%d s since the last decision, not %d s"
                    .formatted(agoMs / 1_000, cooldownMs / 1_000);
        }
        return agoMs < policy.arrivalMs() && !last.dryRun() && isOutstanding(last, direction)
                ? "what was decided last has not happened yet"
                : "";
    }

    /** Coordinators' clocks may differ: a decision of the future counts from when it was seen. */
    private long agoMs(long nowMs, ScalingDecision last) {
        if (seenNumber != last.number() || seenMs > nowMs) {
            seenNumber = last.number();
            seenMs = nowMs;
        }
        return nowMs - (last.timeMs() > nowMs ? seenMs : last.timeMs());
    }

    /** Nodes that are late to come hold up everything, nodes that are late to go only removals. */
    private boolean isOutstanding(ScalingDecision last, Direction direction) {
        return switch (last.direction()) {
            case UP -> figures.nodes() < last.toNodes();
            case DOWN -> direction == Direction.DOWN && figures.nodes() > last.toNodes();
        };
    }

    private ScalingDecision decision(
            long nowMs,
            Wish wish,
            String coordinator,
            @Nullable ScalingDecision last,
            List<String> nodes) {
        int step = wish.up() ? policy.step() : -policy.step();
        return new ScalingDecision(
                last == null ? 1 : last.number() + 1,
                nowMs,
                coordinator,
                dryRun,
                wish.up() ? Direction.UP : Direction.DOWN,
                wish.trigger(),
                wish.reason(),
                figures.nodes(),
                figures.nodes() + step,
                nodes,
                rounded(figures));
    }

    /** So that what is stored and sent is readable. */
    private static ScalingFigures rounded(ScalingFigures f) {
        Double ahead = f.forecast();
        return new ScalingFigures(
                f.nodes(),
                rounded(f.utilisation()),
                f.highestNode(),
                rounded(f.highestUtilisation()),
                rounded(f.p99Ms()),
                rounded(f.errorRate()),
                rounded(f.usualErrorRate()),
                ahead == null ? null : rounded(ahead));
    }

    private static double rounded(double value) {
        return Double.parseDouble(String.format(Locale.ROOT, "%.4f", value));
    }
}
