package io.hawser.grid.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.stream.IntStream;

/** {@link Epochs}: they differ, and have an order that clocks do not spoil. */
class EpochsTest {
    @Test
    void eachIsAnotherOne() {
        assertThat(IntStream.range(0, 20).mapToObj(i -> Epochs.next("")).distinct())
                .hasSizeGreaterThan(15)
                .allMatch(epoch -> epoch.matches("[0-9a-z]{12}"));
    }

    @Test
    void oneThatFollowsIsLaterThoughItsClockIsBehind() {
        String ahead = "zzzzzzy0abcd";
        String next = Epochs.next(ahead);
        assertThat(next).startsWith("zzzzzzy1");
        assertThat(Epochs.isOlder(ahead, next)).isTrue();
        assertThat(Epochs.isOlder(next, ahead)).isFalse();
        assertThat(Epochs.isOlder(next, next)).isFalse();
    }

    @Test
    void thoseOfOlderVersionsHaveNoOrder() {
        String ours = Epochs.next("abcdefgh");
        assertThat(Epochs.isOlder("abcdefgh", ours)).isFalse();
        assertThat(Epochs.isOlder(ours, "abcdefgh")).isFalse();
        assertThat(Epochs.isOlder("", ours)).isFalse();
        assertThat(Epochs.isOlder("!!!!!!!!0000", ours)).isFalse();
        assertThat(Epochs.isOlder("-0000001abcd", ours)).isFalse();
    }
}
