package io.hawser.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.math.BigDecimal;
import java.util.SplittableRandom;

final class RandomWalkTest {
    @Test
    void staysPositiveWithTwoDecimalsAndMoves() {
        long seed = System.nanoTime();
        var walk = new RandomWalk(1.01, new SplittableRandom(seed));
        BigDecimal first = walk.next();
        boolean moved = false;
        for (int i = 0; i < 10_000; i++) {
            BigDecimal price = walk.next();
            assertThat(price).as("seed %d", seed).isGreaterThanOrEqualTo(BigDecimal.ONE);
            assertThat(price.scale()).isEqualTo(2);
            moved |= price.compareTo(first) != 0;
        }
        assertThat(moved).as("seed %d", seed).isTrue();
    }
}
