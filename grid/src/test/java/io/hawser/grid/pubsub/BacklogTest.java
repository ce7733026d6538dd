package io.hawser.grid.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BacklogTest {
    private static final int USUAL = 100;
    private static final long SECOND = 1_000_000_000L;
    private static final long PATIENCE = Backlog.PATIENCE_S * SECOND;

    private final Backlog backlog = new Backlog(USUAL);

    /** So that the clock's sign changes meanwhile, as it may. */
    private long nowNanos = Long.MAX_VALUE - PATIENCE;

    private boolean stands(int waiting, long laterNanos) {
        nowNanos += laterNanos;
        return backlog.stands(waiting, nowNanos);
    }

    @Test
    void aBurstIsNoBacklog() {
        for (int i = 0; i < 5; i++) {
            assertThat(stands(USUAL, SECOND)).isFalse();
            assertThat(stands(50 * USUAL, PATIENCE)).isFalse();
            assertThat(stands(USUAL / 2, SECOND)).isFalse();
        }
    }

    @Test
    void whatStaysAboveTheUsualStandsUntilHalfOfItIsGone() {
        assertThat(stands(USUAL, 0)).isFalse();
        assertThat(stands(USUAL / 2 + 1, PATIENCE)).as("never below half").isFalse();
        assertThat(stands(2 * USUAL, 1)).isTrue();
        assertThat(stands(USUAL / 2 + 1, SECOND)).isTrue();
        assertThat(stands(USUAL / 2, 0)).isFalse();
        assertThat(stands(USUAL, SECOND)).as("a new one").isFalse();
        assertThat(stands(USUAL, PATIENCE)).isFalse();
        assertThat(stands(USUAL, 1)).isTrue();
    }

    @Test
    void whatIsUsualMayStandForEver() {
        for (int i = 0; i < 100; i++) {
            assertThat(stands(USUAL - 1, SECOND)).isFalse();
        }
    }
}
