package io.hawser.server.filter;

import static io.hawser.server.filter.Filters.compare;
import static io.hawser.server.filter.Filters.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.server.protocol.FilterNode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

class BadFiltersTest {
    private static final FilterNode GOOD = compare("k", "eq", "a");

    private static Arguments bad(String problem, FilterNode filter) {
        return Arguments.of(problem, filter);
    }

    static Stream<Arguments> filters() {
        List<String> a = List.of("a");
        List<FilterNode> good = List.of(GOOD);
        return Stream.of(
                bad("an unknown op", op("xor", GOOD)),
                bad("an unknown op", op("AND", GOOD)),
                bad("an unknown op", op("and", op(" ", GOOD))),
                bad("an op without nodes", op("and")),
                bad("an op without nodes", op("or")),
                bad("a not without exactly one node", op("not")),
                bad("a not without exactly one node", op("not", GOOD, GOOD)),
                bad(
                        "an op with a comparison of its own",
                        new FilterNode("and", "k", "", "", List.of(), good)),
                bad(
                        "an op with a comparison of its own",
                        new FilterNode("or", "", "eq", "", List.of(), good)),
                bad(
                        "an op with a comparison of its own",
                        new FilterNode("not", "", "", "v", List.of(), good)),
                bad(
                        "an op with a comparison of its own",
                        new FilterNode("not", "", "", "", a, good)),
                bad("a comparison with nodes", new FilterNode("", "k", "eq", "a", List.of(), good)),
                bad("a comparison without cmp", compare("k", "", "a")),
                bad("a comparison without cmp", compare("", "", "")),
                bad("an unknown cmp", compare("k", "like", "a")),
                bad("an unknown cmp", compare("k", "EQ", "a")),
                bad("a comparison without key", compare("", "eq", "a")),
                bad("a comparison without key", compare("", "ex", "")),
                bad("a comparison without val", compare("k", "eq", "")),
                bad("a comparison without val", compare("k", "gt", "")),
                bad("a comparison without val", compare("k", "sw", a)),
                bad("vals where val belongs", new FilterNode("", "k", "lte", "1", a, List.of())),
                bad("a comparison without vals", compare("k", "in", "")),
                bad("a comparison without vals", compare("k", "nin", "a")),
                bad("val where vals belong", new FilterNode("", "k", "in", "a", a, List.of())),
                bad("a value where none belongs", compare("k", "ex", "a")),
                bad("a value where none belongs", compare("k", "nex", a)));
    }

    @ParameterizedTest
    @MethodSource("filters")
    void areRefusedWithTheReason(String problem, FilterNode filter) {
        assertRefused(filter, "filter has " + problem);
        assertRefused(op("or", GOOD, filter), "filter has " + problem);
    }

    private static void assertRefused(FilterNode filter, String problem) {
        assertThatThrownBy(() -> TagFilter.compile(filter))
                .isInstanceOf(BadFilterException.class)
                .hasMessage(problem);
    }

    private static FilterNode nested(int depth) {
        FilterNode filter = GOOD;
        for (int level = 1; level < depth; level++) {
            filter = op("not", filter);
        }
        return filter;
    }

    @Test
    void depthIsLimited() throws Exception {
        assertThat(TagFilter.compile(nested(16))).isNotNull();
        assertRefused(nested(17), "filter is too deep");
        assertRefused(nested(FilterNode.MAX_DEPTH), "filter is too deep");
    }

    @Test
    void nodesAreLimited() throws Exception {
        assertThat(TagFilter.compile(op("and", Collections.nCopies(255, GOOD)))).isNotNull();
        assertRefused(op("and", Collections.nCopies(256, GOOD)), "filter has too many nodes");
        FilterNode half = op("or", Collections.nCopies(128, GOOD));
        assertRefused(op("and", half, half), "filter has too many nodes");
    }

    @Test
    void valuesAreLimited() throws Exception {
        List<String> half = new ArrayList<>();
        for (int i = 0; i < 512; i++) {
            half.add("v" + i);
        }
        FilterNode in = compare("k", "in", half);
        assertThat(TagFilter.compile(op("and", in, in))).isNotNull();
        assertRefused(
                op("and", in, compare("k", "nin", List.of("a")), in), "filter has too many values");
        assertRefused(
                compare("k", "in", Collections.nCopies(1_025, "a")), "filter has too many values");
    }
}
