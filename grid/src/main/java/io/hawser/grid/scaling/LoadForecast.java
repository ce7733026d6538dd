package io.hawser.grid.scaling;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The load to be expected at the horizon. It is trusted only as far as it has been right: what
 * earlier forecasts were off by on average is taken from it, and until some of them have come due
 * there is none. Not thread-safe.
 */
final class LoadForecast {
    /** Forecasts that must have come due. */
    private static final int MIN_CHECKED = 5;

    /** Weight of the newest forecast's error in the average. */
    private static final double ERROR_WEIGHT = 0.2;

    /** Samples missed after which level and trend begin anew. */
    private static final int MAX_GAP = 3;

    private final long sampleMs;
    private final int steps;
    private final HoltWinters model;
    private final Deque<Double> due = new ArrayDeque<>();
    private long lastSlot = Long.MIN_VALUE;
    private int checked;
    private double error;

    LoadForecast(ScalingPolicy.Forecast policy) {
        sampleMs = policy.sampleMs();
        steps = Math.toIntExact(Math.max(1, policy.horizonMs() / sampleMs));
        int slots = Math.toIntExact(Math.max(1, policy.seasonMs() / sampleMs));
        model = new HoltWinters(policy.level(), policy.trend(), policy.season(), slots);
    }

    /**
     * Takes the load of now, at any rate: one value a sample is used.
     *
     * @param load in nodes' worth, so that it does not change with their number
     */
    void add(long nowMs, double load) {
        long slot = Math.floorDiv(nowMs, sampleMs);
        if (slot == lastSlot) {
            return;
        }
        boolean gap = slot < lastSlot || slot - lastSlot > MAX_GAP;
        if (lastSlot != Long.MIN_VALUE && gap) {
            model.interrupt();
            due.clear();
        }
        check(load);
        model.add(slot, load);
        lastSlot = slot;
        due.addLast(model.ahead(slot + steps, steps));
    }

    private void check(double load) {
        if (due.size() == steps) {
            double off = Math.abs(due.removeFirst() - load);
            error = checked == 0 ? off : error + ERROR_WEIGHT * (off - error);
            checked++;
        }
    }

    /** Load at the horizon, less the error so far; null if there is no telling yet. */
    @Nullable Double ahead() {
        Double newest = due.peekLast();
        return newest == null || checked < MIN_CHECKED ? null : Math.max(0, newest - error);
    }
}
