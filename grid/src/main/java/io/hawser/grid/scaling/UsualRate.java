package io.hawser.grid.scaling;

/**
 * What a rate mostly is: its average over the last while, newer values weighing more. Not
 * thread-safe.
 */
final class UsualRate {
    private final double timeConstantMs;

    private double usual;
    private long lastMs;
    private boolean begun;

    /**
     * @param timeConstantMs after which a value weighs a third
     */
    UsualRate(long timeConstantMs) {
        this.timeConstantMs = timeConstantMs;
    }

    /** Takes a value and returns what was usual before it. */
    double add(long nowMs, double rate) {
        if (!begun) {
            begun = true;
            usual = rate;
        }
        double before = usual;
        long passedMs = Math.max(0, nowMs - lastMs);
        usual += (rate - usual) * Math.min(1, passedMs / timeConstantMs);
        lastMs = nowMs;
        return before;
    }
}
