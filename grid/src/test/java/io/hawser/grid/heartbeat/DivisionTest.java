package io.hawser.grid.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/** Which of two halves the store lets go on. */
class DivisionTest {
    private static final Division HELD = new Division(lives("a1 b1"), lives("c1 d1"));

    /** Each a name of one letter and an incarnation. */
    private static Set<Life> lives(String text) {
        return Arrays.stream(text.split(" ", -1))
                .map(life -> new Life(life.substring(0, 1), Long.parseLong(life.substring(1))))
                .collect(Collectors.toSet());
    }

    private static Division of(String side, String others) {
        return new Division(lives(side), lives(others));
    }

    @Test
    void theFirstIsGranted() {
        assertThat(HELD.over(null)).isEqualTo(HELD);
    }

    @Test
    void theWholeSideHasWhatOneOfItWasGranted() {
        assertThat(of("a1 b1 x1", "c1 d1").over(HELD)).isEqualTo(HELD);
    }

    @Test
    void theOtherHalfIsDenied() {
        assertThat(of("c1 d1", "a1 b1").over(HELD)).isNull();
    }

    @Test
    void otherHalvesAreDeniedWhileAllLiveAsThen() {
        assertThat(of("a1 c1", "b1 d1").over(HELD)).isNull();
        assertThat(of("b1 d1", "a1 c1").over(HELD)).isNull();
    }

    @Test
    void onceTheLosersLiveAnewItIsAnotherSplit() {
        Division later = of("a1 c2", "b1 d2");
        assertThat(later.over(HELD)).isEqualTo(later);
        assertThat(of("b1 d2", "a1 c2").over(later)).isNull();
    }

    @Test
    void whoTheStoreHasNotHeardOfMakesNoLaterSplit() {
        assertThat(of("c1 d1 x9", "a1 b1").over(HELD)).isNull();
    }

    @Test
    void textIsReadBack() {
        assertThat(ViewText.of(HELD)).isEqualTo("a#1,b#1;c#1,d#1");
        assertThat(ViewText.division("a#1,b#1;c#1,d#1")).isEqualTo(HELD);
        assertThat(ViewText.division("a#1,b#1;c#x")).isNull();
        assertThat(ViewText.division("a#1")).isNull();
    }
}
