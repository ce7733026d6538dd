package io.hawser.grid.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ErrorWindowTest {
    private static final long SECOND = 1_000_000_000L;

    private final ErrorWindow window = new ErrorWindow();

    @Test
    void isFailedOverAll() {
        assertThat(window.add(0, 0, 0)).isZero();
        assertThat(window.add(SECOND, 100, 25)).isEqualTo(0.25);
        assertThat(window.add(2 * SECOND, 200, 25)).isEqualTo(0.125);
    }

    @Test
    void whatWasBeforeItsFirstReadingDoesNotCount() {
        assertThat(window.add(0, 1000, 900)).isZero();
        assertThat(window.add(SECOND, 1010, 901)).isEqualTo(0.1);
    }

    @Test
    void withoutCommandsNothingFails() {
        window.add(0, 7, 3);
        assertThat(window.add(SECOND, 7, 3)).isZero();
    }

    @Test
    void looksBackTenSecondsOnly() {
        window.add(0, 0, 0);
        window.add(SECOND, 50, 50);
        double rate = 1;
        for (int second = 2; second <= 10; second++) {
            rate = window.add(second * SECOND, 50 + 10L * (second - 1), 50);
        }
        assertThat(rate).isEqualTo(50.0 / 140);
        assertThat(window.add(11 * SECOND, 150, 50)).isZero();
    }

    @Test
    void staysWithinItsRange() {
        window.add(0, 0, 0);
        assertThat(window.add(SECOND, 1, 5)).isEqualTo(1);
        assertThat(window.add(2 * SECOND, 10, -5)).isZero();
    }
}
