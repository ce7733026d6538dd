package io.hawser.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

import java.util.concurrent.TimeUnit;

final class ScheduleTest {
    private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);

    @Test
    void countsWhatIsDue() {
        var schedule = new Schedule(1000, 3);
        for (long number = 0; number < 1000; number++) {
            assertThat(schedule.dueBy(schedule.dueNs(number))).isEqualTo(number + 1);
            assertThat(schedule.dueBy(schedule.dueNs(number) - 1)).isEqualTo(number);
        }
    }

    @Test
    void nothingIsDueBeforeTheStart() {
        assertThat(new Schedule(1000, 1e6).dueBy(999)).isZero();
    }

    /**
     * A node that answers in 1 ms, but stands still from second 4 to second 5, and a publisher that
     * is held up by it. Of 1,000 messages 100 were due in that second, and waited 500 ms on the
     * average; a clock that starts when a message is sent would see one of them.
     */
    @Test
    void aPauseIsSeenByEveryMessageThatWasDueInIt() {
        var schedule = new Schedule(0, 100);
        var fromDue = new Latency();
        var fromSent = new Latency();
        long freeNs = 0;
        for (long number = 0; number < 1000; number++) {
            long sentNs = Math.max(schedule.dueNs(number), freeNs);
            long startNs = sentNs >= 4000 * MS && sentNs < 5000 * MS ? 5000 * MS : sentNs;
            freeNs = startNs + MS;
            fromDue.record(freeNs - schedule.dueNs(number));
            fromSent.record(freeNs - sentNs);
        }

        assertThat(fromSent.percentileUs(99)).isCloseTo(1000, within(10.0));
        assertThat(fromDue.percentileUs(50)).isCloseTo(1000, within(10.0));
        assertThat(fromDue.percentileUs(95)).isBetween(400_000.0, 650_000.0);
        assertThat(fromDue.percentileUs(99)).isBetween(850_000.0, 1_000_000.0);
        assertThat(fromDue.maxUs()).isCloseTo(1_001_000, within(1000.0));
    }
}
