package io.hawser.grid.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** {@link Witness#and}: what counts of two things that a node knows. */
class WitnessTest {
    private static final String OLD = "00000001aaaa";
    private static final String NEW = "00000002aaaa";
    private final Witness own = new Witness(new StreamPosition(7, OLD), 6, 66, true);

    @Test
    void whatItsOwnPublishesHaveShownCounts() {
        assertThat(own.and(new StreamPosition(9, OLD)))
                .isEqualTo(new Witness(new StreamPosition(9, OLD), 6, 66, true));
        assertThat(own.and(new StreamPosition(7, OLD))).isEqualTo(own);
        assertThat(own.and(StreamPosition.NONE)).isEqualTo(own);
        assertThat(Witness.NONE.and(new StreamPosition(1, "any")))
                .isEqualTo(Witness.of(new StreamPosition(1, "any")));
    }

    @Test
    void ofTwoEpochsTheLaterOne() {
        StreamPosition later = new StreamPosition(1, NEW);
        assertThat(own.and(later)).isEqualTo(Witness.of(later));
        assertThat(Witness.of(later).and(own.highest())).isEqualTo(Witness.of(later));
        assertThat(own.and(new StreamPosition(9, "unknown"))).isEqualTo(own);
    }
}
