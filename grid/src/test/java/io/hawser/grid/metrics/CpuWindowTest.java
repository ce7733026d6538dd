package io.hawser.grid.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class CpuWindowTest {
    private static final long SECOND = 1_000_000_000L;

    private final CpuWindow window = new CpuWindow(2);

    @Test
    void nothingIsKnownAtFirst() {
        assertThat(window.add(5 * SECOND, 3 * SECOND)).isZero();
        assertThat(window.add(5 * SECOND, 3 * SECOND)).isZero();
    }

    @Test
    void oneOfTwoCoresIsHalf() {
        window.add(0, 0);
        assertThat(window.add(SECOND, SECOND)).isCloseTo(0.5, within(1e-9));
    }

    @Test
    void looksBackFiveSecondsOnly() {
        for (int second = 0; second <= 10; second++) {
            window.add(second * SECOND, 2L * second * SECOND);
        }
        double share = 1;
        for (int second = 11; second <= 15; second++) {
            share = window.add(second * SECOND, 20 * SECOND);
        }
        assertThat(share).isZero();
    }

    @Test
    void startsBelowZeroAsClocksMay() {
        window.add(-SECOND, 0);
        assertThat(window.add(SECOND, SECOND)).isCloseTo(0.25, within(1e-9));
    }

    @Test
    void staysWithinItsRange() {
        window.add(0, 10 * SECOND);
        assertThat(window.add(SECOND, 20 * SECOND)).isEqualTo(1);
        assertThat(window.add(2 * SECOND, 0)).isZero();
    }
}
