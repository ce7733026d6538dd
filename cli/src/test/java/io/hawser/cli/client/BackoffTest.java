package io.hawser.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

final class BackoffTest {
    @ParameterizedTest
    @CsvSource({"0, 1000", "1, 1500", "3, 4500", "5, 16500", "6, 20000", "1000000, 20000"})
    void waitsBetweenTheMinimumAndTwiceAsLongEachTime(int failures, long longest) {
        long seed = System.nanoTime();
        var random = new SplittableRandom(seed);
        for (int i = 0; i < 1_000; i++) {
            assertThat(Backoff.STANDARD.delayMs(failures, random))
                    .as("seed %d", seed)
                    .isBetween(500L, longest);
        }
    }

    @Test
    void theWholeRangeIsUsed() {
        assertThat(Backoff.STANDARD.delayMs(0, always(0))).isEqualTo(500);
        assertThat(Backoff.STANDARD.delayMs(0, always(500))).isEqualTo(1000);
    }

    @Test
    void nonsenseIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Backoff(0, 10));
        assertThatIllegalArgumentException().isThrownBy(() -> new Backoff(20, 10));
    }

    private static RandomGenerator always(long value) {
        return new RandomGenerator() {
            @Override
            public long nextLong() {
                return value;
            }

            @Override
            public long nextLong(long bound) {
                assertThat(value).isLessThan(bound);
                return value;
            }
        };
    }
}
