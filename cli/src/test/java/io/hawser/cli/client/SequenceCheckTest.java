package io.hawser.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.pubsub.StreamPosition;

import org.junit.jupiter.api.Test;

import tools.jackson.databind.node.NullNode;

final class SequenceCheckTest {
    private final SequenceCheck check = new SequenceCheck();

    @Test
    void everyOffsetInOrderIsComplete() {
        subscribed(5, "a", false, false);
        received(6, 7, 8);

        assertThat(check.received()).isEqualTo(3);
        assertThat(check.complete()).isTrue();
    }

    @Test
    void aSkippedOffsetIsMissing() {
        subscribed(5, "a", false, false);
        received(6, 9);

        assertThat(check.missing()).isEqualTo(2);
        assertThat(check.complete()).isFalse();
    }

    @Test
    void theFirstOneAfterSubscribingMayNotBeSkippedEither() {
        subscribed(5, "a", false, false);
        received(7);

        assertThat(check.missing()).isEqualTo(1);
    }

    @Test
    void anOffsetThatComesAgainIsRepeated() {
        subscribed(0, "a", false, false);
        received(1, 2, 1, 2, 3);

        assertThat(check.repeated()).isEqualTo(2);
        assertThat(check.missing()).isZero();
    }

    @Test
    void aRecoveryIsBelievedOnlyByItsPublications() {
        subscribed(5, "a", false, false);
        subscribed(8, "a", true, true);
        received(6, 7, 8, 9);
        assertThat(check.complete()).isTrue();

        subscribed(12, "a", true, true);
        received(11, 12);
        assertThat(check.missing()).isEqualTo(1);
    }

    @Test
    void whatCouldNotBeRecoveredIsMissing() {
        subscribed(5, "a", false, false);
        subscribed(9, "a", true, false);
        received(10);

        assertThat(check.missing()).isEqualTo(4);
    }

    @Test
    void aNewEpochIsALostStream() {
        subscribed(5, "a", false, false);
        subscribed(2, "b", true, false);
        received(3);

        assertThat(check.lostStreams()).isEqualTo(1);
        assertThat(check.missing()).isZero();
        assertThat(check.complete()).isFalse();
    }

    @Test
    void channelsWithoutHistoryAreOnlyCounted() {
        subscribed(0, "", false, false);
        received(0, 0, 0);

        assertThat(check.received()).isEqualTo(3);
        assertThat(check.complete()).isTrue();
    }

    private void subscribed(long offset, String epoch, boolean wasRecovering, boolean recovered) {
        check.accept(
                new ClientEvent.Subscribed(
                        "c", new StreamPosition(offset, epoch), wasRecovering, recovered, 0));
    }

    private void received(long... offsets) {
        for (long offset : offsets) {
            check.accept(new ClientEvent.Received("c", offset, NullNode.instance));
        }
    }
}
