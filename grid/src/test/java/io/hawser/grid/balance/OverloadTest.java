package io.hawser.grid.balance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OverloadTest {
    private final Overload overload = new Overload(100);

    @Test
    void beginsWhenTheNodeIsFull() {
        assertThat(overload.observe(0, 99)).isFalse();
        assertThat(overload.observe(100, 100)).isTrue();
    }

    @Test
    void endsOnceThereHasBeenRoomForAWhile() {
        overload.observe(0, 101);
        assertThat(overload.observe(1_000, 95)).isTrue();
        assertThat(overload.observe(1_999, 0)).isTrue();
        assertThat(overload.observe(2_000, 95)).isFalse();
    }

    @Test
    void littleRoomIsNoneAndAMomentIsNoWhile() {
        overload.observe(0, 100);
        assertThat(overload.observe(60_000, 96)).isTrue();
        overload.observe(61_000, 95);
        assertThat(overload.observe(61_500, 96)).isTrue();
        overload.observe(61_600, 95);
        assertThat(overload.observe(62_000, 95)).isTrue();
        assertThat(overload.observe(62_600, 95)).isFalse();
    }

    @Test
    void aNodeOfOneConnectionRecoversWhenItIsEmpty() {
        var one = new Overload(1);
        assertThat(one.observe(0, 1)).isTrue();
        one.observe(1, 0);
        assertThat(one.observe(1_001, 0)).isFalse();
    }
}
