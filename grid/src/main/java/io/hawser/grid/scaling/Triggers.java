package io.hawser.grid.scaling;

import io.hawser.grid.scaling.ScalingDecision.Trigger;

import org.jspecify.annotations.Nullable;

import java.util.Locale;

/**
 * What the figures call for: each trigger with its threshold, the time it has to hold and the
 * hysteresis. No I/O and no clock of its own. Not thread-safe.
 */
final class Triggers {
    private static final double SECOND_MS = 1_000;

    private final ScalingPolicy policy;
    private final Level cluster = new Level();
    private final Level node = new Level();
    private final Level latency = new Level();
    private final Level errors = new Level();
    private final Level forecast = new Level();
    private final Level low = new Level();

    Triggers(ScalingPolicy policy) {
        this.policy = policy;
    }

    /** Takes the figures of now; every level is stepped, whichever one wins. Null for nothing. */
    @Nullable Wish step(long nowMs, ScalingFigures now) {
        ScalingPolicy.Up up = policy.up();
        boolean clusterHigh = above(cluster, now.utilisation(), up.utilisation(), nowMs);
        boolean nodeHigh = above(node, now.highestUtilisation(), up.nodeUtilisation(), nowMs);
        boolean slow = slow(nowMs, now.p99Ms());
        boolean failing = failing(nowMs, now);
        boolean coming = coming(nowMs, now);
        boolean idle = idle(nowMs, now);
        if (clusterHigh) {
            return new Wish(Trigger.CLUSTER_UTILISATION, clusterReason(now));
        }
        if (nodeHigh) {
            return new Wish(Trigger.NODE_UTILISATION, nodeReason(now));
        }
        if (slow) {
            return new Wish(Trigger.LATENCY, latencyReason(now));
        }
        if (failing) {
            return new Wish(Trigger.ERROR_RATE, errorReason(now));
        }
        if (coming && now.forecast() != null) {
            return new Wish(Trigger.FORECAST, forecastReason(now, now.forecast()));
        }
        return idle ? new Wish(Trigger.LOW_UTILISATION, lowReason(now)) : null;
    }

    private String clusterReason(ScalingFigures now) {
        return String.format(
                Locale.ROOT,
                "the cluster is used to %.1f %%, more than %.0f %% for %.0f s",
                percent(now.utilisation()),
                percent(policy.up().utilisation()),
                policy.up().sustainedMs() / SECOND_MS);
    }

    private String nodeReason(ScalingFigures now) {
        return String.format(
                Locale.ROOT,
                "node %s is used to %.1f %%, more than %.0f %% for %.0f s",
                now.highestNode(),
                percent(now.highestUtilisation()),
                percent(policy.up().nodeUtilisation()),
                policy.up().sustainedMs() / SECOND_MS);
    }

    private String latencyReason(ScalingFigures now) {
        return String.format(
                Locale.ROOT,
                "p99 of message latency is %.1f ms, more than %.1f ms for %.0f s",
                now.p99Ms(),
                policy.up().p99Ms(),
                policy.up().sustainedMs() / SECOND_MS);
    }

    private String errorReason(ScalingFigures now) {
        return String.format(
                Locale.ROOT,
                "%.1f %% of commands fail, more than %.1f %% for %.0f s; usual are %.1f %%",
                percent(now.errorRate()),
                percent(policy.up().errorRate()),
                policy.up().sustainedMs() / SECOND_MS,
                percent(now.usualErrorRate()));
    }

    private String forecastReason(ScalingFigures now, double ahead) {
        return String.format(
                Locale.ROOT,
                "forecast: in %.0f s the cluster will be used to %.1f %%, more than %.0f %%; now it"
                        + " is %.1f %%",
                policy.forecast().horizonMs() / SECOND_MS,
                percent(ahead),
                percent(policy.up().utilisation()),
                percent(now.utilisation()));
    }

    private String lowReason(ScalingFigures now) {
        return String.format(
                Locale.ROOT,
                "the cluster is used to %.1f %%, less than %.0f %% for %.0f s",
                percent(now.utilisation()),
                percent(policy.down().utilisation()),
                policy.down().sustainedMs() / SECOND_MS);
    }

    private boolean above(Level level, double figure, double threshold, long nowMs) {
        return level.holds(
                figure > threshold,
                figure <= threshold - policy.hysteresis(),
                nowMs,
                policy.up().sustainedMs());
    }

    private boolean slow(long nowMs, double p99Ms) {
        double threshold = policy.up().p99Ms();
        return latency.holds(
                p99Ms > threshold,
                p99Ms <= threshold * (1 - policy.hysteresis()),
                nowMs,
                policy.up().sustainedMs());
    }

    private boolean failing(long nowMs, ScalingFigures now) {
        ScalingPolicy.Up up = policy.up();
        double threshold = Math.max(up.errorRate(), up.errorSpike() * now.usualErrorRate());
        return errors.holds(
                now.errorRate() > threshold,
                now.errorRate() <= threshold * (1 - policy.hysteresis()),
                nowMs,
                policy.up().sustainedMs());
    }

    private boolean coming(long nowMs, ScalingFigures now) {
        Double ahead = now.forecast();
        return above(forecast, ahead == null ? 0 : ahead, policy.up().utilisation(), nowMs);
    }

    /** Neither now nor, as far as can be told, at the horizon would the others be short. */
    private boolean idle(long nowMs, ScalingFigures now) {
        ScalingPolicy.Down down = policy.down();
        double enough = policy.up().utilisation() - policy.hysteresis();
        int left = now.nodes() - policy.step();
        double growth = left < 1 ? Double.POSITIVE_INFINITY : (double) now.nodes() / left;
        Double ahead = now.forecast();
        boolean fits =
                now.utilisation() * growth < enough && (ahead == null || ahead * growth < enough);
        return low.holds(
                        now.utilisation() < down.utilisation(),
                        now.utilisation() >= down.utilisation() + policy.hysteresis(),
                        nowMs,
                        down.sustainedMs())
                && fits;
    }

    private static double percent(double share) {
        return share * 100;
    }
}
