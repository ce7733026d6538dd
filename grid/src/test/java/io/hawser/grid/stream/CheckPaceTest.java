package io.hawser.grid.stream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.Map;
import java.util.TreeMap;

/** {@link CheckPace}: never more a second, nobody forgotten. */
class CheckPaceTest {
    @Test
    void whoComesAloneComesAtOnce() {
        CheckPace pace = new CheckPace(1000);
        for (long nowMs = -50; nowMs < 50; nowMs += 5) {
            assertThat(pace.reserve(nowMs)).isEqualTo(nowMs);
        }
    }

    /** What is promised: at most 1,000 a second, and each of 38,000 channels every 40 s. */
    @Test
    void manyChannelsAreCheckedEveryFortySeconds() {
        CheckPace pace = new CheckPace(CheckPace.CHECKS_PER_SECOND);
        Map<Long, Integer> bySecond = new TreeMap<>();
        TreeMap<Long, Integer> due = new TreeMap<>();
        due.put(1L, 38_000);
        long longestMs = 0;
        for (Long nowMs = due.firstKey(); nowMs < 200_000; nowMs = due.firstKey()) {
            int channels = due.getOrDefault(nowMs, 0);
            due.remove(nowMs);
            for (int i = 0; i < channels; i++) {
                long slotMs = pace.reserve(nowMs);
                bySecond.merge(slotMs / 1000, 1, Integer::sum);
                long wait = slotMs - nowMs;
                long everyMs = ChannelLimits.DEFAULT.checkMs() * (60 + i % 41) / 100;
                longestMs = Math.max(longestMs, wait + (nowMs == 1 ? 0 : everyMs));
                due.merge(slotMs + everyMs, 1, Integer::sum);
            }
        }
        assertThat(bySecond.values()).allMatch(checks -> checks <= 1001);
        assertThat(longestMs).isLessThanOrEqualTo(40_000);
    }
}
