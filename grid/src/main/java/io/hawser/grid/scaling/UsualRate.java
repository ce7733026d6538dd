package io.hawser.grid.scaling;

/**
 * What a rate mostly is: its average over the last minutes, newer values weighing more. Not
 * thread-safe.
 */
final class UsualRate {
    private static final double TIME_CONSTANT_MS = 600_000;

    private double usual;
    private long lastMs;
    private boolean begun;

    /** Takes a value and returns what was usual before it. */
    double add(long nowMs, double rate) {
        if (!begun) {
            begun = true;
            usual = rate;
        }
        double before = usual;
        long passedMs = Math.max(0, nowMs - lastMs);
        usual += (rate - usual) * Math.min(1, passedMs / TIME_CONSTANT_MS);
        lastMs = nowMs;
        return before;
    }
}
