package io.hawser.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PingTimerTest {
    private static final long INTERVAL_MS = 25_000;

    private final PingTimer timer = new PingTimer();

    @Test
    void theFirstPingComesInTheSecondHalfOfTheInterval() {
        timer.start(1_000, INTERVAL_MS);
        assertThat(timer.isDue(1_000 + INTERVAL_MS / 2 - 1, INTERVAL_MS)).isFalse();
        assertThat(timer.isDue(1_000 + INTERVAL_MS, INTERVAL_MS)).isTrue();
    }

    @Test
    void aPongIsDueOnlyAfterAPing() {
        timer.start(0, INTERVAL_MS);
        assertThat(timer.pong()).isFalse();
        timer.sent(100, INTERVAL_MS, true);
        assertThat(timer.isOverdue(8_100, 8_000)).isFalse();
        assertThat(timer.isOverdue(8_101, 8_000)).isTrue();
        timer.stalled(500);
        assertThat(timer.isOverdue(8_600, 8_000)).as("with what the node lost").isFalse();
        assertThat(timer.pong()).isTrue();
        assertThat(timer.isOverdue(100_000, 8_000)).isFalse();
    }

    @Test
    void whoSendsNoPongIsNeverOverdue() {
        timer.sent(100, INTERVAL_MS, false);
        assertThat(timer.isOverdue(1_000_000, 8_000)).isFalse();
    }

    @Test
    void aClockThatIsSetBackDoesNotStopThePings() {
        timer.sent(1_000_000_000, INTERVAL_MS, true);
        timer.pong();
        assertThat(timer.isDue(500_000_000, INTERVAL_MS)).isTrue();
        timer.sent(500_000_000, INTERVAL_MS, true);
        assertThat(timer.isDue(500_000_001, INTERVAL_MS)).isFalse();
    }
}
