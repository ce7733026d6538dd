package io.hawser.server.filter;

import static io.hawser.server.filter.Filters.compare;
import static io.hawser.server.filter.Filters.op;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.server.protocol.FilterNode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;
import java.util.Map;
import java.util.Random;

class TagFilterTest {
    private static boolean matches(FilterNode filter, Map<String, String> tags) throws Exception {
        return TagFilter.compile(filter).matches(tags);
    }

    /** A tag of - is not there; one of '' is empty. */
    @ParameterizedTest
    @CsvSource({
        "eq,  a,    a,     true",
        "eq,  a,    A,     false",
        "eq,  a,    ab,    false",
        "eq,  1,    1.0,   false",
        "eq,  a,    '',    false",
        "eq,  a,    -,     false",
        "neq, a,    b,     true",
        "neq, a,    a,     false",
        "neq, a,    -,     true",
        "sw,  ab,   abc,   true",
        "sw,  ab,   ab,    true",
        "sw,  ab,   xab,   false",
        "sw,  ab,   a,     false",
        "sw,  ab,   -,     false",
        "ew,  bc,   abc,   true",
        "ew,  bc,   bcd,   false",
        "ew,  bc,   -,     false",
        "ct,  b,    abc,   true",
        "ct,  b,    b,     true",
        "ct,  b,    ac,    false",
        "ct,  b,    -,     false",
        "lt,  10,   9,     true",
        "lt,  10,   9.99,  true",
        "lt,  10,   -11,   true",
        "lt,  10,   10,    false",
        "lt,  10,   10.0,  false",
        "lt,  10,   -,     false",
        "lt,  10,   '',    false",
        "lt,  10,   abc,   false",
        "lt,  abc,  1,     false",
        "lte, 10,   10.00, true",
        "lte, 10,   10.01, false",
        "gt,  10,   10.01, true",
        "gt,  10,   10,    false",
        "gt,  10,   9,     false",
        "gt,  -1,   0,     true",
        "gt,  10,   1e3,   false",
        "gt,  10,   -,     false",
        "gt,  abc,  abd,   false",
        "gte, 10,   10.0,  true",
        "gte, 10,   +10,   true",
        "gte, 10,   9.999, false",
        "gte, x,    x,     false"
    })
    void comparesWithOne(String cmp, String operand, String tag, boolean expected)
            throws Exception {
        Map<String, String> tags = tag.equals("-") ? Map.of("other", operand) : Map.of("k", tag);
        assertThat(matches(compare("k", cmp, operand), tags)).isEqualTo(expected);
        assertThat(matches(op("not", compare("k", cmp, operand)), tags)).isNotEqualTo(expected);
    }

    /** Operands are parted by |. */
    @ParameterizedTest
    @CsvSource({
        "in,  a|b, a,  true",
        "in,  a|b, c,  false",
        "in,  a|b, '', false",
        "in,  a|b, -,  false",
        "in,  |b,  '', true",
        "in,  |b,  -,  true",
        "in,  a|a, a,  true",
        "nin, a|b, a,  false",
        "nin, a|b, c,  true",
        "nin, a|b, -,  true",
        "nin, |b,  -,  false"
    })
    void comparesWithSome(String cmp, String operands, String tag, boolean expected)
            throws Exception {
        Map<String, String> tags = tag.equals("-") ? Map.of() : Map.of("k", tag);
        List<String> values = List.of(operands.split("\\|", -1));
        assertThat(matches(compare("k", cmp, values), tags)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"ex, a, true", "ex, '', true", "ex, -, false", "nex, a, false", "nex, -, true"})
    void asksIfATagIsThere(String cmp, String tag, boolean expected) throws Exception {
        Map<String, String> tags = tag.equals("-") ? Map.of() : Map.of("k", tag);
        assertThat(matches(compare("k", cmp, ""), tags)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, false, false",
        "0, 1, false, true",
        "1, 0, false, true",
        "1, 1, true,  true"
    })
    void combines(String a, String b, boolean and, boolean or) throws Exception {
        FilterNode first = compare("a", "eq", "1");
        FilterNode second = compare("b", "eq", "1");
        Map<String, String> tags = Map.of("a", a, "b", b);
        assertThat(matches(op("and", first, second), tags)).isEqualTo(and);
        assertThat(matches(op("or", first, second), tags)).isEqualTo(or);
        assertThat(matches(op("not", op("and", first, second)), tags)).isEqualTo(!and);
        assertThat(matches(op("and", first), tags)).isEqualTo(a.equals("1"));
        assertThat(matches(op("or", second), tags)).isEqualTo(b.equals("1"));
    }

    @Test
    void isWhatANaiveEvaluatorSays() throws Exception {
        long seed = Long.getLong("test.seed", System.nanoTime());
        System.out.println("TagFilterTest: -Dtest.seed=" + seed);
        var random = new RandomFilters(new Random(seed));
        int matched = 0;
        for (int i = 0; i < 20_000; i++) {
            FilterNode filter = random.filter(4);
            Map<String, String> tags = random.tags();
            boolean expected = NaiveFilter.matches(filter, tags);
            assertThat(matches(filter, tags)).as("%s of %s", filter, tags).isEqualTo(expected);
            matched += expected ? 1 : 0;
        }
        assertThat(matched).isBetween(2_000, 18_000);
    }

    @Test
    void filtersSentAlikeAreEqual() throws Exception {
        long seed = Long.getLong("test.seed", System.nanoTime());
        System.out.println("TagFilterTest: -Dtest.seed=" + seed);
        var one = new RandomFilters(new Random(seed));
        var same = new RandomFilters(new Random(seed));
        for (int i = 0; i < 1_000; i++) {
            TagFilter filter = TagFilter.compile(one.filter(4));
            TagFilter again = TagFilter.compile(same.filter(4));
            assertThat(again).isEqualTo(filter).hasSameHashCodeAs(filter);
        }
    }

    @Test
    void otherFiltersAreNotEqual() throws Exception {
        FilterNode filter = compare("k", "eq", "a");
        List<FilterNode> others =
                List.of(
                        compare("k", "eq", "b"),
                        compare("l", "eq", "a"),
                        compare("k", "sw", "a"),
                        compare("k", "in", List.of("a")),
                        op("not", filter),
                        op("and", filter, compare("k", "ex", "")));
        for (FilterNode other : others) {
            assertThat(TagFilter.compile(other)).isNotEqualTo(TagFilter.compile(filter));
        }
    }

    @Test
    void theOrderOfASetMakesNoOther() throws Exception {
        assertThat(TagFilter.compile(compare("k", "in", List.of("a", "b", "a"))))
                .isEqualTo(TagFilter.compile(compare("k", "in", List.of("b", "a"))));
    }
}
