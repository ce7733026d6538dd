package io.hawser.server.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RestingChannelsTest {
    private final RestingChannels resting = new RestingChannels();

    @Test
    void restsAreDoubledUntilTheChannelIsWell() {
        assertThat(resting.refused("a", 0)).isTrue();
        assertThat(resting.at(999)).containsExactly("a");
        assertThat(resting.at(1000)).isEmpty();

        resting.refused("a", 1000);
        assertThat(resting.at(2999)).containsExactly("a");
        assertThat(resting.at(3000)).isEmpty();

        resting.published("a");
        resting.refused("a", 5000);
        assertThat(resting.at(6000)).isEmpty();
    }

    @Test
    void noRestIsLongerThanTheLongest() {
        long nowMs = 0;
        for (int i = 0; i < 20; i++) {
            resting.refused("a", nowMs);
            nowMs += RestingChannels.LONGEST_REST_MS;
            assertThat(resting.at(nowMs)).isEmpty();
        }
        assertThat(resting.at(nowMs - 1)).containsExactly("a");
    }

    @Test
    void thereIsRoomForSoManyOnly() {
        for (int i = 0; i < RestingChannels.MAX; i++) {
            assertThat(resting.refused("c" + i, 0)).isTrue();
        }

        assertThat(resting.refused("more", 0)).isFalse();
        assertThat(resting.refused("c0", 0)).isTrue();
        assertThat(resting.at(10)).hasSize(RestingChannels.MAX);
    }

    @Test
    void aChannelWithNothingMoreToPublishIsForgotten() {
        resting.refused("a", 0);

        resting.at(4 * RestingChannels.LONGEST_REST_MS);

        assertThat(resting.size()).isZero();
    }
}
