package io.hawser.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

import java.util.Map;

/** Results of processes, sent as text and added up. */
final class BenchResultTest {
    private final BenchResult all = new BenchResult();

    @Test
    void countsAndFailuresAreAddedUp() {
        all.add(BenchResult.decoded(part(3, 1_000_000).encoded()));
        all.add(BenchResult.decoded(part(4, 9_000_000).encoded()));

        assertThat(all.get(Count.DELIVERED)).isEqualTo(7);
        assertThat(all.get(Count.LOST)).isZero();
        assertThat(all.failures()).isEqualTo(Map.of("refused", 7L));
    }

    @Test
    void percentilesAreThoseOfAllTogether() {
        for (int i = 0; i < 99; i++) {
            all.add(BenchResult.decoded(part(1, 1_000_000).encoded()));
        }
        all.add(BenchResult.decoded(part(1, 9_000_000).encoded()));

        assertThat(all.delivery().count()).isEqualTo(100);
        assertThat(all.delivery().percentileUs(99)).isCloseTo(1000, within(2.0));
        assertThat(all.delivery().percentileUs(99.9)).isCloseTo(9000, within(10.0));
        assertThat(all.reply().count()).isZero();
    }

    @Test
    void connectingLastsFromTheFirstToTheLast() {
        var one = new BenchResult();
        one.connecting(1_000_000_000L, 2_000_000_000L, 3_000_000_000L);
        var other = new BenchResult();
        other.connecting(2_000_000_000L, 4_000_000_000L, 6_000_000_000L);
        all.add(BenchResult.decoded(one.encoded()));
        all.add(BenchResult.decoded(other.encoded()));

        assertThat(all.handshakeSeconds()).isEqualTo(3);
        assertThat(all.readySeconds()).isEqualTo(5);
    }

    private static BenchResult part(long delivered, long latencyNs) {
        var part = new BenchResult();
        part.add(Count.DELIVERED, delivered);
        part.failure("refused", delivered);
        part.delivery().record(latencyNs);
        return part;
    }
}
