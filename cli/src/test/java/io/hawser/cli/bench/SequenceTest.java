package io.hawser.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.cli.bench.Sequence.Arrival;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

final class SequenceTest {
    private final Sequence sequence = Sequence.fromStart();

    @Test
    void oneAfterTheOtherIsInOrder() {
        assertThat(arrivals(0, 1, 2)).containsOnly(Arrival.IN_ORDER);
        assertThat(sequence.missing(3)).isZero();
    }

    @Test
    void whatNeverComesIsMissing() {
        arrivals(0, 3);

        assertThat(sequence.missing()).isEqualTo(2);
        assertThat(sequence.missing(6)).as("and the two at the end").isEqualTo(4);
    }

    @Test
    void theFirstMayBeMissingToo() {
        arrivals(1);

        assertThat(sequence.missing(2)).isEqualTo(1);
    }

    @Test
    void aSwapIsOneOutOfOrderAndNothingMissing() {
        assertThat(arrivals(0, 2, 1, 3))
                .containsExactly(
                        Arrival.IN_ORDER, Arrival.IN_ORDER, Arrival.DISORDERED, Arrival.IN_ORDER);
        assertThat(sequence.missing(4)).isZero();
    }

    @Test
    void theSameTwiceIsADuplicateAlsoIfItCameLate() {
        assertThat(arrivals(0, 2, 1, 1, 2, 0).subList(3, 6)).containsOnly(Arrival.DUPLICATE);
    }

    @Test
    void whoComesLaterMissesNothingOfBefore() {
        Sequence late = Sequence.from(7);
        late.arrived(7);
        late.arrived(9);

        assertThat(late.missing()).isEqualTo(1);
    }

    @Test
    void gapsBeyondTheLimitStayMissing() {
        int gaps = Sequence.MAX_GAPS + 5;
        IntStream.range(0, gaps).forEach(i -> sequence.arrived(2 * i + 1));

        assertThat(sequence.missing()).isEqualTo(gaps);
        assertThat(sequence.arrived(2 * gaps - 2)).isEqualTo(Arrival.DUPLICATE);
        assertThat(sequence.missing()).isEqualTo(gaps);
    }

    /** Drops, doubles and moves at random; a set of what came is the reference. */
    @RepeatedTest(20)
    void findsGeneratedFaults() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        var random = new Random(seed);
        int published = 1 + random.nextInt(300);
        List<Integer> sent = faulty(published, random);

        Map<Arrival, Integer> counts = new EnumMap<>(Arrival.class);
        Set<Integer> seen = new HashSet<>();
        int highest = -1;
        for (int number : sent) {
            Arrival expected =
                    !seen.add(number)
                            ? Arrival.DUPLICATE
                            : number > highest ? Arrival.IN_ORDER : Arrival.DISORDERED;
            highest = Math.max(highest, number);
            assertThat(sequence.arrived(number)).as("%s", number).isEqualTo(expected);
            counts.merge(expected, 1, Integer::sum);
        }

        assertThat(sequence.missing(published)).isEqualTo(published - seen.size());
    }

    private static List<Integer> faulty(int published, Random random) {
        List<Integer> sent = new ArrayList<>();
        for (int number = 0; number < published; number++) {
            int copies = random.nextInt(10) == 0 ? 0 : random.nextInt(10) == 0 ? 2 : 1;
            sent.addAll(Collections.nCopies(copies, number));
        }
        for (int i = 0; i + 5 < sent.size(); i++) {
            if (random.nextInt(10) == 0) {
                Collections.swap(sent, i, i + random.nextInt(5));
            }
        }
        return sent;
    }

    private List<Arrival> arrivals(int... numbers) {
        return IntStream.of(numbers).mapToObj(sequence::arrived).toList();
    }
}
