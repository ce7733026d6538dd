package io.hawser.grid.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.pubsub.SeenPositions.Sighting;
import io.hawser.grid.pubsub.StreamPosition;

import org.junit.jupiter.api.Test;

/** {@link Witness#and}: what counts of two things that a node knows. */
class WitnessTest {
    private static final String OLD = "00000001aaaa";
    private static final String NEW = "00000002aaaa";
    private final Witness own = new Witness(new StreamPosition(7, OLD), 6, 66, true);

    private static Sighting saw(long offset, String epoch, long id) {
        return new Sighting(new StreamPosition(offset, epoch), id);
    }

    @Test
    void whatItsOwnPublishesHaveShownCounts() {
        StreamPosition ninth = new StreamPosition(9, OLD);
        assertThat(own.and(saw(9, OLD, 99))).isEqualTo(new Witness(ninth, 6, 66, true));
        assertThat(own.and(saw(5, OLD, 55))).isEqualTo(own);
        assertThat(own.and(Sighting.NONE)).isEqualTo(own);
        assertThat(Witness.NONE.and(saw(1, "any", 11)))
                .isEqualTo(new Witness(new StreamPosition(1, "any"), 1, 11, false));
        assertThat(Witness.of(ninth).and(saw(5, OLD, 55)))
                .isEqualTo(new Witness(ninth, 5, 55, false));
    }

    @Test
    void ofTwoEpochsTheLaterOne() {
        StreamPosition later = new StreamPosition(1, NEW);
        assertThat(own.and(saw(1, NEW, 11))).isEqualTo(new Witness(later, 1, 11, false));
        assertThat(Witness.of(later).and(saw(7, OLD, 77))).isEqualTo(Witness.of(later));
        assertThat(own.and(saw(9, "unknown", 99))).isEqualTo(own);
    }
}
