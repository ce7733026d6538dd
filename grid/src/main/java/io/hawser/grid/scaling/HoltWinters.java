package io.hawser.grid.scaling;

/**
 * Exponential smoothing with an additive trend and season (C. Holt 1957, P. Winters 1960; the form
 * of <a href="https://otexts.com/fpp3/holt-winters.html">Hyndman and Athanasopoulos, 8.3</a>). What
 * time of the season it is is told with each value, so that gaps do not shift it. Not thread-safe.
 */
final class HoltWinters {
    private final double alpha;
    private final double beta;
    private final double gamma;
    private final double[] season;
    private double level;
    private double trend;
    private boolean begun;

    /**
     * @param alpha weight of the newest value in the level, 0 to 1
     * @param beta weight of the newest change in the trend, 0 to 1
     * @param gamma weight of the newest value in its slot of the season, 0 to 1
     * @param slots of a season; 1 for none
     */
    HoltWinters(double alpha, double beta, double gamma, int slots) {
        this.alpha = alpha;
        this.beta = beta;
        this.gamma = gamma;
        this.season = new double[slots];
    }

    /** Takes the next value, of any slot number from 0: the season repeats. */
    void add(long slot, double value) {
        int at = index(slot);
        if (!begun) {
            begun = true;
            level = value - season[at];
            return;
        }
        double before = level;
        level = alpha * (value - season[at]) + (1 - alpha) * (before + trend);
        trend = beta * (level - before) + (1 - beta) * trend;
        if (season.length > 1) {
            season[at] += gamma * (value - level - season[at]);
        }
    }

    /**
     * The value to expect.
     *
     * @param slot of the value to expect
     * @param steps from the newest value to it
     */
    double ahead(long slot, int steps) {
        return level + steps * trend + season[index(slot)];
    }

    /** Forgets level and trend, as after a gap, but not the season. */
    void interrupt() {
        begun = false;
        trend = 0;
    }

    private int index(long slot) {
        return Math.floorMod(slot, season.length);
    }
}
