package io.hawser.server.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.server.websocket.ReadTurns.Place;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Sockets that always have something to read, beside some that have little. */
class ReadTurnsTest {
    private final ReadTurns turns = new ReadTurns();
    private final Map<Place, Long> taken = new HashMap<>();

    /** As a selector does: each that is ready is asked once. */
    private long round(List<Place> endless, List<Place> little) {
        long bytes = 0;
        for (Place place : endless) {
            int share = turns.ready(place);
            if (share > 0) {
                turns.read(place, true);
                taken.merge(place, (long) share, Long::sum);
                bytes += share;
            }
        }
        for (Place place : little) {
            assertThat(turns.ready(place)).isPositive();
            turns.read(place, false);
        }
        return bytes;
    }

    private static List<Place> places(int count) {
        return Stream.generate(Place::new).limit(count).toList();
    }

    @Test
    void whoHasLittleIsReadEachTimeAndNeverWaitsForMoreThanARound() {
        List<Place> endless = places(50);
        List<Place> little = places(10);
        round(endless, little); // nobody is known yet
        for (int i = 0; i < 100; i++) {
            assertThat(round(endless, little)).isBetween(1L, (long) ReadTurns.SHARE_BYTES);
        }
    }

    @Test
    void thoseThatNeverStopShareAlike() {
        List<Place> endless = places(50);
        for (int i = 0; i < 1_000; i++) {
            round(endless, List.of());
        }
        long least = taken.values().stream().mapToLong(Long::longValue).min().orElseThrow();
        long most = taken.values().stream().mapToLong(Long::longValue).max().orElseThrow();
        assertThat(taken).hasSize(50);
        assertThat(most - least).isLessThanOrEqualTo(2L * ReadTurns.SHARE_BYTES);
    }

    @Test
    void whoIsAloneTakesTheWholeRound() {
        List<Place> one = places(1);
        round(one, List.of());
        for (int i = 0; i < 10; i++) {
            assertThat(round(one, List.of())).isEqualTo(ReadTurns.SHARE_BYTES);
        }
    }

    @Test
    void whoIsGoneTakesNobodysTurn() {
        List<Place> endless = new ArrayList<>(places(20));
        round(endless, List.of());
        endless.subList(0, 16).forEach(Place::leave);
        List<Place> left = endless.subList(16, 20);
        taken.clear();
        for (int i = 0; i < left.size(); i++) {
            round(left, List.of());
        }
        assertThat(taken.keySet()).containsExactlyInAnyOrderElementsOf(left);
    }

    @Test
    void whoHasReadItAllIsAsThoseThatHaveLittle() {
        List<Place> endless = places(50);
        round(endless, List.of());
        Place place = endless.getFirst();
        while (turns.ready(place) == 0) {
            round(endless.subList(1, 50), List.of());
        }
        turns.read(place, false);
        round(endless.subList(1, 50), List.of(place));
    }
}
