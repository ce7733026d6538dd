package io.hawser.cli.demo;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.random.RandomGenerator;

/** A price that moves a little with each step and stays above zero. Not thread-safe. */
final class RandomWalk {
    /** Standard deviation of a step, as a share of the price. */
    private static final double STEP = 0.0008;

    private static final double FLOOR = 1.0;

    private final RandomGenerator random;
    private double price;

    RandomWalk(double start, RandomGenerator random) {
        this.price = start;
        this.random = random;
    }

    /** The next price, in cents precisely. */
    BigDecimal next() {
        price = Math.max(FLOOR, price * (1 + STEP * random.nextGaussian()));
        return BigDecimal.valueOf(price).setScale(2, RoundingMode.HALF_EVEN);
    }
}
