package io.hawser.grid.bus;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** {@link BusBeat}: what counts as deaf, and what does not. */
class BusBeatTest {
    private final BusBeat beat = new BusBeat("hawser:beat:x");

    @Test
    void whatIsTakenAndNotHeardIsMissed() {
        beat.taken(beat.next(), 1000);
        assertThat(beat.isDeaf(1000 + BusBeat.DEAF_AFTER_MS - 1)).isFalse();
        beat.taken(beat.next(), 2000);
        assertThat(beat.isDeaf(1000 + BusBeat.DEAF_AFTER_MS)).isTrue();
    }

    @Test
    void whatRedisDidNotTakeSaysNothing() {
        beat.next();
        beat.next();
        assertThat(beat.isDeaf(1_000_000)).isFalse();
    }

    @Test
    void whatIsHeardIsWell() {
        for (long nowMs = 0; nowMs < 60_000; nowMs += 1000) {
            byte[] next = beat.next();
            if (nowMs % 2000 == 0) {
                beat.beatHeard(next, nowMs);
                beat.taken(next, nowMs + 1);
            } else {
                beat.taken(next, nowMs);
                beat.beatHeard(next, nowMs + 1);
            }
            assertThat(beat.isDeaf(nowMs + 999)).isFalse();
        }
    }

    @Test
    void whoHearsOtherMessagesIsMerelyBehind() {
        beat.taken(beat.next(), 0);
        beat.messageHeard();
        assertThat(beat.isDeaf(BusBeat.BEHIND_AFTER_MS - 1)).isFalse();
        assertThat(beat.isDeaf(BusBeat.BEHIND_AFTER_MS)).isTrue();
    }

    @Test
    void anOlderBeatGivesTheNewerOneItsTime() {
        byte[] first = beat.next();
        byte[] second = beat.next();
        beat.taken(first, 0);
        beat.taken(second, 1000);
        beat.beatHeard(first, 2000);
        assertThat(beat.isDeaf(2000 + BusBeat.DEAF_AFTER_MS - 1)).isFalse();
        assertThat(beat.isDeaf(2000 + BusBeat.DEAF_AFTER_MS)).isTrue();
        beat.beatHeard(second, 5000);
        assertThat(beat.isDeaf(1_000_000)).isFalse();
    }
}
