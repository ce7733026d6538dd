package io.hawser.grid.time;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

class SteadyClockTest {
    private final AtomicLong dayMs = new AtomicLong(1_795_527_048_898L);
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 10);
    private final SteadyClock clock =
            new SteadyClock(() -> Instant.ofEpochMilli(dayMs.get()), nanos::get);

    @Test
    void whatPassesCountsAndWhatIsSetDoesNot() {
        assertThat(clock.millis()).isEqualTo(1_795_527_048_898L);
        nanos.addAndGet(59_999_000_000L); // which overflows
        dayMs.addAndGet(3_600_000);
        assertThat(clock.millis()).isEqualTo(1_795_527_048_898L + 59_999);
        dayMs.addAndGet(-86_400_000);
        assertThat(clock.millis()).isEqualTo(1_795_527_048_898L + 59_999);
        assertThat(clock.instant().toEpochMilli()).isEqualTo(clock.millis());
    }
}
