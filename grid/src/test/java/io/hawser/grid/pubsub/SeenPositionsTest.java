package io.hawser.grid.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** {@link SeenPositions}: the highest, the newest epoch, the bound. */
class SeenPositionsTest {
    private final SeenPositions seen = new SeenPositions(100);

    private static StreamPosition at(long offset, String epoch) {
        return new StreamPosition(offset, epoch);
    }

    @Test
    void theHighestOfTheEpochHeardOfLast() {
        assertThat(seen.of("c")).isEqualTo(StreamPosition.NONE);
        seen.saw("c", at(5, "a"));
        seen.saw("c", at(4, "a"));
        seen.saw("c", StreamPosition.NONE);
        assertThat(seen.of("c")).isEqualTo(at(5, "a"));
        seen.saw("c", at(6, "a"));
        assertThat(seen.of("c")).isEqualTo(at(6, "a"));
        seen.saw("c", at(1, "b"));
        assertThat(seen.of("c")).isEqualTo(at(1, "b"));
        assertThat(seen.of("d")).isEqualTo(StreamPosition.NONE);
    }

    @Test
    void anEpochThatWasGivenUpDoesNotCount() {
        String first = Epochs.next();
        String second = Epochs.next(first);
        assertThat(Epochs.isOlder(first, second)).isTrue();
        seen.saw("c", at(9, first));
        seen.saw("c", at(1, second));
        seen.saw("c", at(10, first));
        assertThat(seen.of("c")).isEqualTo(at(1, second));
    }

    @Test
    void theIdOfTheHighestIsKeptAndLearnt() {
        seen.saw("c", at(5, "a"));
        seen.saw("c", at(5, "a"), 55);
        seen.saw("c", at(5, "a"));
        seen.saw("c", at(4, "a"), 44);
        assertThat(seen.sighting("c")).isEqualTo(new SeenPositions.Sighting(at(5, "a"), 55));
        seen.saw("c", at(6, "a"));
        assertThat(seen.sighting("c").id()).isZero();
    }

    @Test
    void ofManyChannelsTheOldestAreForgotten() {
        for (int i = 0; i < 1000; i++) {
            seen.saw("always", at(1000 - i, "a"));
            seen.saw("c" + i, at(i, "a"));
            assertThat(seen.count()).isLessThanOrEqualTo(202);
        }
        assertThat(seen.of("always")).isEqualTo(at(1000, "a"));
        assertThat(seen.of("c0")).isEqualTo(StreamPosition.NONE);
        for (int i = 901; i < 1000; i++) {
            assertThat(seen.of("c" + i)).isEqualTo(at(i, "a"));
        }
    }
}
