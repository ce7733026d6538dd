package io.hawser.grid.redis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

class ShardListsTest {
    private static final List<String> TAGS =
            IntStream.range(0, 10_000).mapToObj(i -> "channel:" + i).toList();

    private static ShardLists change(ShardLists lists, String... servers) {
        return ShardLists.agreed(List.of(lists), Set.of(servers));
    }

    @Test
    void theFirstListIsNumberOne() {
        ShardLists lists = ShardLists.agreed(List.of(), Set.of("b", "a"));
        assertThat(lists.text()).isEqualTo("1 a b");
        assertThat(lists.tenure("x")).isEqualTo(new Tenure(1, 1));
    }

    @Test
    void anEqualListChangesNothing() {
        ShardLists lists = change(ShardLists.NONE, "a", "b");
        assertThat(change(lists, "b", "a")).isEqualTo(lists);
    }

    @Test
    void whoWasAwayLearnsFromTheOthers() {
        ShardLists first = change(ShardLists.NONE, "a", "b");
        ShardLists second = change(first, "b");
        ShardLists third = ShardLists.agreed(List.of(first, second), Set.of("a", "b"));
        assertThat(third.text()).isEqualTo("3 a b\n2 b\n1 a b");
        assertThat(ShardLists.agreed(List.of(third, first), Set.of("a", "b"))).isEqualTo(third);
    }

    @Test
    void twoListsOfOneNumberAreSettledByAnother() {
        ShardLists one = change(ShardLists.NONE, "a", "b");
        ShardLists other = change(ShardLists.NONE, "b", "c");
        ShardLists settled = ShardLists.agreed(List.of(one, other), Set.of("a", "b"));
        assertThat(settled.number()).isEqualTo(2);
        assertThat(settled).isEqualTo(ShardLists.agreed(List.of(other, one), Set.of("a", "b")));
    }

    @Test
    void aChannelThatCameBackIsThereSinceThenOnly() {
        ShardLists first = change(ShardLists.NONE, "a", "b");
        ShardLists back = change(change(first, "b"), "a", "b");
        for (String tag : TAGS) {
            boolean moved = first.serverOf(tag).equals("a");
            assertThat(back.tenure(tag)).isEqualTo(new Tenure(moved ? 3 : 1, 3));
        }
    }

    @Test
    void aNewServerTakesItsShareAndNobodyElseMoves() {
        ShardLists before = change(ShardLists.NONE, "a", "b", "c");
        ShardLists after = change(before, "a", "b", "c", "d");
        List<String> moved =
                TAGS.stream()
                        .filter(tag -> !before.serverOf(tag).equals(after.serverOf(tag)))
                        .toList();
        assertThat(moved).hasSizeBetween(2300, 2700);
        assertThat(moved).allMatch(tag -> after.serverOf(tag).equals("d"));
        assertThat(
                        TAGS.stream()
                                .collect(
                                        Collectors.groupingBy(
                                                before::serverOf, Collectors.counting()))
                                .values())
                .hasSize(3)
                .allMatch(count -> count > 3100 && count < 3600);
    }

    @Test
    void whatIsOlderThanRememberedCountsAsAnotherList() {
        ShardLists lists = change(ShardLists.NONE, "a");
        for (int i = 0; i < 10; i++) {
            lists = change(lists, "a", "x" + i);
            lists = change(lists, "a");
        }
        assertThat(lists.lists()).hasSize(8);
        assertThat(lists.tenure(TAGS.getFirst()).since()).isGreaterThanOrEqualTo(14);
    }

    @Test
    void readsWhatItWrites() {
        ShardLists lists = change(change(ShardLists.NONE, "a:1/0", "b:2/0"), "b:2/0");
        assertThat(ShardLists.parse(lists.text())).isEqualTo(lists);
        for (String nothing : List.of("", "x", "1", " ", "99999999999999999999 a")) {
            assertThat(ShardLists.parse(nothing)).as("'%s'", nothing).isEqualTo(ShardLists.NONE);
        }
    }
}
