package io.hawser.grid.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.grid.pubsub.StreamPosition;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StoredPositionTest {
    private static StreamPosition at(long offset, String epoch) {
        return new StreamPosition(offset, epoch);
    }

    @ParameterizedTest
    @CsvSource({
        // known, acknowledged, then
        "5, b, 6, b, 6, b",
        "5, b, 5, b, 5, b",
        "5, b, 4, b, 5, b",
        "5, b, 2, c, 2, c",
        "5, b, 9, a, 5, b",
    })
    void movesByTheRules(
            long offset, String epoch, long later, String laterEpoch, long then, String thenEpoch) {
        var stored = new StoredPosition(at(offset, epoch), 10, "a");
        StoredPosition moved = stored.acknowledged(at(later, laterEpoch), 20);
        assertThat(moved.position()).isEqualTo(at(then, thenEpoch));
        assertThat(moved.usedAtMs()).isEqualTo(20);
        assertThat(moved.replaced()).isEqualTo(thenEpoch.equals("c") ? "b" : "a");
    }

    @Test
    void isExpiredAfterItsTime() {
        StoredPosition stored = StoredPosition.first(at(1, "a"), 100);
        assertThat(stored.isExpired(149, 50)).isFalse();
        assertThat(stored.isExpired(150, 50)).isTrue();
        assertThat(stored.used(120).isExpired(150, 50)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        // acknowledged, seen, since
        "7, a, 7, a, 7, a",
        "7, a, 3, a, 3, a",
        "7, a, 9, a, 7, a",
        "7, a, 9, '', 7, a",
        "7, a, 3, '', 3, a",
        "7, a, 3, b, 3, b",
    })
    void goesOnFromTheEarlier(
            long offset, String epoch, long seen, String seenEpoch, long since, String sinceEpoch) {
        ResumePoint point = ResumePoint.of(at(offset, epoch), at(seen, seenEpoch));
        assertThat(point).isEqualTo(new ResumePoint(at(since, sinceEpoch), true));
    }

    @ParameterizedTest
    @CsvSource({
        // top, seen, first
        "9, a, 4, a, 4, a",
        "9, a, 4, '', 4, a",
        "9, a, 10, a, 9, a",
        "9, a, 4, b, 9, a",
    })
    void beginsAtWhatTheClientHasSeen(
            long top, String epoch, long seen, String seenEpoch, long first, String firstEpoch) {
        assertThat(ResumePoint.first(at(top, epoch), at(seen, seenEpoch)))
                .isEqualTo(at(first, firstEpoch));
        assertThat(ResumePoint.first(at(top, epoch), null)).isEqualTo(at(top, epoch));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a/b", "é", "x/"})
    void aBadDeviceIsRefused(String device) {
        assertThat(Recipient.isDevice(device)).isFalse();
        assertThatThrownBy(() -> new Recipient("u", device))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anAnonymousUserHasNoPositions() {
        assertThatThrownBy(() -> new Recipient("", "phone"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(Recipient.isDevice("x".repeat(65))).isFalse();
        assertThat(Recipient.isDevice("Phone-1.a_b")).isTrue();
    }
}
