package io.hawser.grid.failover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Random;

final class DrainScheduleTest {
    private static final long STEP_MS = 20;

    private static DrainOrder order(int rate, int graceSeconds) {
        return new DrainOrder(rate, Duration.ofSeconds(graceSeconds), false);
    }

    @Test
    void tenThousandAtFiveHundredASecondTakeTwentySecondsAndTheLead() {
        var schedule = DrainSchedule.of(order(500, 30), 10_000, Duration.ofMillis(500));

        assertThat(schedule.perSecond()).isEqualTo(500);
        assertThat(schedule.lastDueMs()).isEqualTo(20_500);
        assertThat(schedule.due(0)).isZero();
        assertThat(schedule.due(500)).isZero();
        assertThat(schedule.due(1_500)).isEqualTo(500);
        assertThat(schedule.due(20_500)).isEqualTo(10_000);
    }

    @Test
    void theRateIsRaisedIfTheGraceWouldBeOverBefore() {
        var schedule = DrainSchedule.of(order(500, 30), 50_000, Duration.ZERO);

        assertThat(schedule.perSecond()).isBetween(1_666.0, 1_667.0);
        assertThat(schedule.lastDueMs()).isEqualTo(30_000);
    }

    @Test
    void withoutGraceAllAreDueAtOnce() {
        var schedule = DrainSchedule.of(order(1, 0), 1_000, Duration.ofMillis(500));

        assertThat(schedule.lastDueMs()).isEqualTo(501);
    }

    @Test
    void nobodyIsThereAndNothingIsDue() {
        assertThat(DrainSchedule.of(order(500, 30), 0, Duration.ZERO).lastDueMs()).isZero();
    }

    @Test
    void goesOnAfterTheLastForThoseWhoSlippedIn() {
        var schedule = DrainSchedule.of(order(100, 30), 100, Duration.ZERO);

        assertThat(schedule.due(2_000)).isEqualTo(200);
    }

    /** Pauses of the process are the danger: what fell due in them must not come out in one go. */
    @Test
    void neverTellsMoreThanTwiceThePaceAndTellsEverybody() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int run = 0; run < 200; run++) {
            int connections = 1 + random.nextInt(20_000);
            var schedule =
                    DrainSchedule.of(
                            order(1 + random.nextInt(5_000), 1 + random.nextInt(60)),
                            connections,
                            Duration.ofMillis(random.nextInt(500)));
            long most = (long) Math.max(1, Math.ceil(2 * schedule.perSecond() * STEP_MS / 1000));
            int told = 0;
            long now = 0;
            while (told < connections && now < 3_700_000) {
                int step = schedule.step(told, now, STEP_MS);
                assertThat(step).as("seed %d, run %d", seed, run).isBetween(0, (int) most);
                assertThat(told + step).isLessThanOrEqualTo(Math.max(told, schedule.due(now)));
                told += step;
                now += random.nextInt(50) == 0 ? 3_000 : STEP_MS;
            }
            assertThat(told).as("seed %d, run %d", seed, run).isGreaterThanOrEqualTo(connections);
        }
    }

    @Test
    void anOrderOutOfRangeIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> order(0, 30));
        assertThatIllegalArgumentException().isThrownBy(() -> order(500, -1));
        assertThatIllegalArgumentException().isThrownBy(() -> order(500, 3_601));
    }
}
