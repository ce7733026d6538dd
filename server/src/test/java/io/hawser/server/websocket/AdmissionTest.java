package io.hawser.server.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Handshakes that come as they like, by a clock of the test. */
class AdmissionTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    /** A tenth of a second's handshakes may come at one moment, and one is always let in. */
    private static int burst(int rate) {
        return rate / 10 + 1;
    }

    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 3 * SECOND); // wraps soon

    private Admission admission(int rate, int queue) {
        return new Admission(rate, queue, clock::get);
    }

    @Test
    void aBurstAtOnceThenTheQueueThenNobody() {
        var admission = admission(50, 20);
        for (int i = 0; i < burst(50); i++) {
            assertThat(admission.reserve()).isZero();
        }
        long interval = SECOND / 50;
        for (int i = 1; i <= 20; i++) {
            assertThat(admission.reserve()).isEqualTo(i * interval);
        }
        assertThat(admission.reserve()).isEqualTo(Admission.REFUSED);
        clock.addAndGet(interval);
        assertThat(admission.reserve()).isEqualTo(20 * interval);
        assertThat(admission.reserve()).isEqualTo(Admission.REFUSED);
    }

    @Test
    void withoutAQueueNobodyWaits() {
        var admission = admission(10, 0);
        assertThat(admission.reserve()).isZero();
        assertThat(admission.reserve()).isZero();
        assertThat(admission.reserve()).isEqualTo(Admission.REFUSED);
        clock.addAndGet(SECOND / 10);
        assertThat(admission.reserve()).isZero();
        assertThat(admission.reserve()).isEqualTo(Admission.REFUSED);
    }

    @Test
    void aQuietHourSavesUpNoMoreThanABurst() {
        var admission = admission(100, 0);
        clock.addAndGet(3600 * SECOND);
        for (int i = 0; i < burst(100); i++) {
            assertThat(admission.reserve()).isZero();
        }
        assertThat(admission.reserve()).isEqualTo(Admission.REFUSED);
    }

    @ParameterizedTest
    @CsvSource({"1,0", "3,7", "50,20", "997,100", "10000,20000", "10000000,10"})
    void theRateHoldsOverAnyWindow(int rate, int queue) {
        long seed = Long.getLong("test.seed", System.nanoTime());
        System.out.println("AdmissionTest: -Dtest.seed=" + seed);
        var random = new Random(seed);
        var admission = admission(rate, queue);
        long started = clock.get();
        List<Long> admitted = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            if (random.nextInt(4) == 0) {
                clock.addAndGet((long) (random.nextDouble() * 8 * SECOND / rate));
            }
            if (random.nextInt(500) == 0) {
                clock.addAndGet(SECOND);
            }
            long wait = admission.reserve();
            if (wait != Admission.REFUSED) {
                assertThat(wait).isLessThanOrEqualTo(queue * Math.ceilDiv(SECOND, rate));
                admitted.add(clock.get() - started + wait);
            }
        }
        assertRate(admitted, rate);
    }

    /** Of sorted moments any n+1 lie at least as far apart as the rate wants, but for a burst. */
    private static void assertRate(List<Long> admitted, int rate) {
        Collections.sort(admitted);
        long interval = Math.ceilDiv(SECOND, rate);
        long burstNanos = SECOND / 10;
        // Enough to look from each moment at the one that is most in debt before it.
        long earliestDue = 0;
        for (long moment : admitted) {
            assertThat(moment).isGreaterThanOrEqualTo(earliestDue - burstNanos);
            earliestDue = Math.max(earliestDue, moment) + interval;
        }
    }

    @Test
    void whoComesAtTheSameTimeOnSeveralThreadsGetsDifferentMoments() throws Exception {
        var admission = admission(1000, 4000);
        List<Long> waits = Collections.synchronizedList(new ArrayList<>());
        var go = new CountDownLatch(1);
        try (var threads = Executors.newFixedThreadPool(4)) {
            for (int i = 0; i < 4; i++) {
                var _ =
                        threads.submit(
                                () -> {
                                    go.await();
                                    for (int j = 0; j < 2000; j++) {
                                        waits.add(admission.reserve());
                                    }
                                    return null;
                                });
            }
            go.countDown();
        }
        List<Long> taken = waits.stream().filter(w -> w > 0).sorted().toList();
        assertThat(waits.stream().filter(w -> w == 0)).hasSize(burst(1000));
        assertThat(taken).doesNotHaveDuplicates().hasSize(4000);
        assertThat(taken.getLast()).isEqualTo(4000 * (SECOND / 1000));
        assertThat(waits.stream().filter(w -> w == Admission.REFUSED))
                .hasSize(8000 - 4000 - burst(1000));
    }
}
