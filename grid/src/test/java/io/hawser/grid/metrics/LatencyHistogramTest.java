package io.hawser.grid.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;

class LatencyHistogramTest {
    private static LatencyHistogram ofMicros(long... micros) {
        var recorder = new LatencyRecorder();
        Arrays.stream(micros).forEach(us -> recorder.record(us * 1_000));
        return recorder.take();
    }

    @Test
    void percentilesOfTheMergedAreThoseOfAllTimesTogether() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        List<LatencyHistogram> nodes = new ArrayList<>();
        List<Long> all = new ArrayList<>();
        for (int node = 0; node < 3; node++) {
            long[] times = random.longs(1_000, 1, 100_000L << node).toArray();
            nodes.add(ofMicros(times));
            Arrays.stream(times).forEach(all::add);
        }
        all.sort(null);
        LatencyHistogram merged = LatencyHistogram.merged(nodes);
        assertThat(merged.count()).isEqualTo(3_000);
        for (int percent : new int[] {50, 95, 99}) {
            double exactMs = all.get(3_000 * percent / 100 - 1) / 1e3;
            assertThat(merged.percentileMs(percent))
                    .as("p%d, seed %d", percent, seed)
                    .isCloseTo(exactMs, within(exactMs * 0.01 + 0.001));
        }
        double average = all.stream().mapToLong(Long::longValue).average().orElseThrow() / 1e3;
        assertThat(merged.averageMs()).isCloseTo(average, within(average * 0.01));
    }

    @Test
    void averageOfPercentilesWouldBeAnotherNumber() {
        long[] quick = new long[990];
        Arrays.fill(quick, 1_000);
        long[] slow = new long[10];
        Arrays.fill(slow, 500_000);
        LatencyHistogram merged = LatencyHistogram.merged(List.of(ofMicros(quick), ofMicros(slow)));
        assertThat(merged.percentileMs(99)).isCloseTo(1.0, within(0.01));
        assertThat(merged.percentileMs(99.5)).isCloseTo(500, within(5.0));
    }

    @Test
    void textHoldsAllOfIt() {
        LatencyHistogram some = ofMicros(1, 250, 3_000, 59_000_000);
        assertThat(LatencyHistogram.decoded(some.encoded())).isEqualTo(some);
        assertThat(some.encoded().length()).isLessThan(200);
        assertThat(LatencyHistogram.EMPTY.encoded()).isEmpty();
        assertThat(LatencyHistogram.decoded("")).isEqualTo(LatencyHistogram.EMPTY);
    }

    @Test
    void nothingIsZero() {
        assertThat(LatencyHistogram.EMPTY.percentileMs(99)).isZero();
        assertThat(LatencyHistogram.EMPTY.averageMs()).isZero();
    }

    @Test
    void timesBeyondTheRangeCountAtItsEnds() {
        LatencyHistogram ends = ofMicros(-5, 0, 3_600_000_000L);
        assertThat(ends.count()).isEqualTo(3);
        assertThat(ends.percentileMs(50)).isEqualTo(0.001);
        assertThat(ends.percentileMs(100)).isCloseTo(60_000, within(600.0));
    }

    @Test
    void eachTakeBeginsAnew() {
        var recorder = new LatencyRecorder();
        recorder.record(1_000_000);
        assertThat(recorder.take().count()).isEqualTo(1);
        assertThat(recorder.take().count()).isZero();
        recorder.record(1_000_000);
        recorder.record(1_000_000);
        assertThat(recorder.take().count()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"!", "AAAA", "HISTFAAAA", "{}"})
    void otherTextIsRefused(String text) {
        assertThatThrownBy(() -> LatencyHistogram.decoded(text))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void damagedTextIsRefusedOrReadButNeverFailsOtherwise() {
        byte[] good = Base64.getDecoder().decode(ofMicros(1, 250, 3_000, 59_000_000).encoded());
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            byte[] bad = good.clone();
            bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            String text = Base64.getEncoder().encodeToString(bad);
            try {
                assertThat(LatencyHistogram.decoded(text).count()).isNotNegative();
            } catch (IllegalArgumentException refused) {
                assertThat(refused).as("seed %d", seed).hasMessageContaining("histogram");
            }
        }
    }

    @Test
    void aHistogramOfAnotherRangeIsRefused() {
        var other = new Histogram(1_000_000_000, 3);
        other.recordValue(900_000_000);
        ByteBuffer bytes = ByteBuffer.allocate(other.getNeededByteBufferCapacity());
        int length = other.encodeIntoCompressedByteBuffer(bytes);
        String text = Base64.getEncoder().encodeToString(Arrays.copyOf(bytes.array(), length));
        assertThatThrownBy(() -> LatencyHistogram.decoded(text))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
