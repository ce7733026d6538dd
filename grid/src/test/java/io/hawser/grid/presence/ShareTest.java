package io.hawser.grid.presence;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

class ShareTest {
    static Share share(long version, String... users) {
        return Share.of(version, users.length, users.length, 0, UserSketch.of(List.of(users)));
    }

    @Test
    void nobodyIsNobody() {
        assertThat(Share.stats(List.of())).isEqualTo(new PresenceStats(0, 0));
        assertThat(Share.stats(List.of(share(1)))).isEqualTo(new PresenceStats(0, 0));
    }

    @Test
    void aUserOfTwoNodesCountsOnce() {
        assertThat(Share.stats(List.of(share(1, "ann", "bob"), share(1, "ann"), share(1, "eve"))))
                .isEqualTo(new PresenceStats(4, 3));
    }

    @Test
    void theAnonymousUserIsOneUserOnAllNodes() {
        assertThat(Share.stats(List.of(share(1, ""), share(1, ""))))
                .isEqualTo(new PresenceStats(2, 1));
    }

    @Test
    void oneNodesUsersAreKnownExactlyHoweverMany() {
        List<String> users = IntStream.range(0, 30_000).mapToObj(i -> "u" + i).toList();
        Share large = Share.of(1, 40_000, 30_000, 0, UserSketch.of(users));
        assertThat(Share.stats(List.of(large, share(1))))
                .isEqualTo(new PresenceStats(40_000, 30_000));
    }

    @Test
    void anEstimateStaysWithinWhatIsPossible() {
        List<String> users = IntStream.range(0, 10_000).mapToObj(i -> "u" + i).toList();
        Share all = Share.of(1, 10_000, 10_000, 0, UserSketch.of(users));
        for (int known = 1; known < 10_000; known += 999) {
            Share some = Share.of(1, known, known, 0, UserSketch.of(users.subList(0, known)));
            assertThat(Share.stats(List.of(all, some)).users()).isBetween(10_000, 10_000 + known);
        }
        Share other = share(1, "x");
        assertThat(Share.stats(List.of(all, other)).users()).isBetween(10_000, 10_001);
    }

    @Test
    void hiddenMembersCountForTheSizeOnly() {
        Share share = Share.of(1, 3, 2, 5, UserSketch.of(List.of("a", "b")));
        assertThat(share.all()).isEqualTo(8);
        assertThat(Share.all(List.of(share, share))).isEqualTo(16);
        assertThat(Share.stats(List.of(share))).isEqualTo(new PresenceStats(3, 2));
    }

    @Test
    void theNewerShareHolds() {
        Share older = share(7, "a");
        Share newer = share(8);
        assertThat(Share.newer(older, newer)).isSameAs(newer);
        assertThat(Share.newer(newer, older)).isSameAs(newer);
    }

    @Test
    void sumsDoNotOverflow() {
        Share huge = Share.of(1, Integer.MAX_VALUE, 1, 1, UserSketch.of(List.of("a")));
        assertThat(Share.stats(Stream.generate(() -> huge).limit(3).toList()))
                .isEqualTo(new PresenceStats(Integer.MAX_VALUE, 1));
    }
}
