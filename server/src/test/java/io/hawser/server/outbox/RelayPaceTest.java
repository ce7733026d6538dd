package io.hawser.server.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;

class RelayPaceTest {
    private static final Duration POLL = Duration.ofMillis(50);
    private final RelayPace pace = new RelayPace(POLL);

    @Test
    void goesOnAtOnceWhileThereIsWork() {
        assertThat(pace.busy()).isZero();
        assertThat(pace.idle()).isEqualTo(POLL);
    }

    @Test
    void waitsEverLongerWhileNothingWorks() {
        assertThat(pace.failed()).hasMillis(100);
        assertThat(pace.failed()).hasMillis(200);
        for (int i = 0; i < 10; i++) {
            pace.failed();
        }
        assertThat(pace.failed()).isEqualTo(RelayPace.LONGEST_PAUSE);

        pace.idle();
        assertThat(pace.failed()).isEqualTo(RelayPace.FIRST_PAUSE);
    }
}
