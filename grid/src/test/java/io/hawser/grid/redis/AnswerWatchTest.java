package io.hawser.grid.redis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AnswerWatchTest {
    private static final long LIMIT_MS = 500;
    private static final long TICK_MS = 100;

    private final AnswerWatch watch = new AnswerWatch(LIMIT_MS, 0);
    private long nowMs;

    @Test
    void whoSaysNothingForTheLimitHangs() {
        assertThat(silentAfterTicks(5)).isFalse();
        assertThat(silentAfterTicks(1)).isTrue();
    }

    @Test
    void whoAnswersLateIsOnlyBehind() {
        for (int i = 0; i < 50; i++) {
            assertThat(silentAfterTicks(4)).isFalse();
            watch.heard(nowMs);
        }
        assertThat(silentAfterTicks(6)).isTrue();
    }

    @Test
    void whoStoodStillItselfWaitsAnew() {
        assertThat(silentAfterTicks(4)).isFalse();
        nowMs += 10_000;
        assertThat(watch.isSilent(nowMs)).isFalse();
        assertThat(silentAfterTicks(5)).isFalse();
        assertThat(silentAfterTicks(1)).isTrue();
    }

    @Test
    void aBusyReaderIsAnExcuseSomeTimesInARow() {
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 4; i++) {
                assertThat(silentAfterTicks(6)).isTrue();
                assertThat(watch.excuse(nowMs)).as("excuse %d", i).isTrue();
                assertThat(silentAfterTicks(5)).isFalse();
            }
            assertThat(watch.excuse(nowMs)).isFalse();
            assertThat(silentAfterTicks(1)).isTrue();
            watch.heard(nowMs);
        }
    }

    private boolean silentAfterTicks(int ticks) {
        boolean silent = false;
        for (int i = 0; i < ticks; i++) {
            nowMs += TICK_MS;
            silent = watch.isSilent(nowMs);
        }
        return silent;
    }
}
