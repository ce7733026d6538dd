package io.hawser.grid.affinity;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.cluster.NodeId;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.util.Random;

class AffinityEntryTest {
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");
    private static final long NOW = 1_000_000;
    private static final long LATE = AffinityEntry.SAME_TIME_MS + 1;

    @Test
    void whoComesBelongsThere() {
        AffinityEntry first = AffinityEntry.arrived(null, A, 1, NOW);
        assertThat(first).isEqualTo(AffinityEntry.first(A, 1, NOW));
        assertThat(AffinityEntry.arrived(first, B, 2, NOW + 50))
                .isEqualTo(new AffinityEntry("b", 2, NOW + 50, NOW + 50, 0));
    }

    @Test
    void theLastToWriteIsRightIfClocksCannotTell() {
        AffinityEntry ahead = AffinityEntry.first(A, 1, NOW + AffinityEntry.SAME_TIME_MS);
        assertThat(AffinityEntry.arrived(ahead, B, 2, NOW))
                .isEqualTo(new AffinityEntry("b", 2, ahead.epoch() + 1, NOW, 0));
    }

    @Test
    void aLateWriteChangesNothing() {
        AffinityEntry newer = AffinityEntry.first(B, 2, NOW + LATE);
        assertThat(AffinityEntry.arrived(newer, A, 1, NOW)).isNull();
        AffinityEntry assigned = AffinityEntry.first(A, 1, NOW - 5).assigned("b", 2, NOW + LATE);
        assertThat(AffinityEntry.arrived(assigned, A, 1, NOW)).as("an order").isNull();
        assertThat(AffinityEntry.arrived(newer, B, 1, NOW)).as("an earlier life").isNull();
    }

    @Test
    void whatIsDoneTwiceIsDoneOnce() {
        AffinityEntry once = AffinityEntry.first(A, 1, NOW);
        assertThat(AffinityEntry.arrived(once, A, 1, NOW)).isSameAs(once);
        AffinityEntry sentAway = once.sentAway(new Moment(NOW + 10_000, NOW + 10_000));
        assertThat(AffinityEntry.arrived(sentAway, A, 1, NOW)).isSameAs(sentAway);
        assertThat(AffinityEntry.arrived(sentAway, A, 1, NOW + 1))
                .as("here all the while")
                .isEqualTo(new AffinityEntry("a", 1, NOW + 10_001, NOW + 1, NOW + 10_000));
    }

    @Test
    void theEpochNeverFalls() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        AffinityEntry entry = AffinityEntry.first(A, 1, NOW);
        int taken = 0;
        for (int i = 0; i < 5_000; i++) {
            NodeId node = random.nextBoolean() ? A : B;
            long atMs = NOW + i + random.nextInt(-600, 600);
            @Nullable AffinityEntry after =
                    AffinityEntry.arrived(entry, node, random.nextLong(1, 3), atMs);
            if (after != null && !after.equals(entry)) {
                assertThat(after.epoch()).as("seed %d", seed).isGreaterThan(entry.epoch());
                entry = after;
                taken++;
            }
        }
        assertThat(taken).isBetween(100, 4_900);
    }
}
