package io.hawser.server.filter;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

import io.hawser.server.protocol.FilterNode;
import io.hawser.server.protocol.Seed;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Any filter that a codec can hand over, good or not, and any tags: it is refused with a reason, or
 * means what the naive evaluator says. With {@code JAZZER_FUZZ=1} one target is fuzzed in a run:
 * {@code -Dtest=FilterFuzzTest}.
 */
class FilterFuzzTest {
    private static final int SEEDS = 20;
    private static final int FILTERS = 50_000;
    private static final int MAX_BYTES = 120;

    static Stream<byte[]> filters() {
        Random random = Seed.random(FilterFuzzTest.class);
        return Stream.generate(() -> bytes(random)).limit(SEEDS);
    }

    private static byte[] bytes(Random random) {
        byte[] bytes = new byte[random.nextInt(MAX_BYTES)];
        random.nextBytes(bytes);
        return bytes;
    }

    @MethodSource("filters")
    @FuzzTest(maxDuration = "60s")
    void anyFilterIsRefusedOrMeansWhatItSays(byte[] input) {
        isGood(input);
    }

    @Test
    void someAreGoodAndSomeAreNot() {
        Random random = Seed.random(FilterFuzzTest.class);
        int good = 0;
        for (int i = 0; i < FILTERS; i++) {
            good += isGood(bytes(random)) ? 1 : 0;
        }
        assertThat(good).isBetween(FILTERS / 20, FILTERS - FILTERS / 20);
    }

    private static boolean isGood(byte[] input) {
        var choices = new Choices(input);
        FilterNode filter = choices.filter(1);
        Map<String, String> tags = choices.tags();
        try {
            TagFilter compiled = TagFilter.compile(filter);
            assertThat(compiled.matches(tags))
                    .as("%s of %s", filter, tags)
                    .isEqualTo(NaiveFilter.matches(filter, tags));
            assertThat(TagFilter.compile(filter)).isEqualTo(compiled).hasSameHashCodeAs(compiled);
            return true;
        } catch (BadFilterException e) {
            assertThat(e.getMessage()).startsWith("filter ");
            return false;
        }
    }

    /** A filter and tags of what some bytes choose; once they are used up, always the first. */
    private static final class Choices {
        private static final List<String> TEXTS =
                List.of(
                        "",
                        "a",
                        "b",
                        "ab",
                        "1",
                        "-1",
                        "+1.0",
                        "01",
                        "1.",
                        ".1",
                        "1e3",
                        "9".repeat(201));
        private static final List<String> COMPARISONS =
                List.of(
                        "eq", "neq", "in", "nin", "ex", "nex", "sw", "ew", "ct", "lt", "lte", "gt",
                        "gte", "", "no");
        private static final List<String> OPS = List.of("", "", "", "and", "or", "not", "xor");

        private final byte[] bytes;
        private int at;

        Choices(byte[] bytes) {
            this.bytes = bytes;
        }

        private int next(int bound) {
            return at < bytes.length ? Byte.toUnsignedInt(bytes[at++]) % bound : 0;
        }

        private String one(List<String> of) {
            return of.get(next(of.size()));
        }

        FilterNode filter(int depth) {
            String op = depth < FilterNode.MAX_DEPTH ? one(OPS) : "";
            boolean comparison = op.isEmpty();
            // Mostly what belongs together, seldom what does not.
            boolean odd = next(16) == 15;
            String key = comparison || odd ? one(TEXTS) : "";
            String cmp = comparison || odd ? one(COMPARISONS) : "";
            boolean set = cmp.equals("in") || cmp.equals("nin");
            boolean none = !comparison || cmp.equals("ex") || cmp.equals("nex");
            String value = set || none ? "" : one(TEXTS);
            List<String> values = set || odd ? texts() : List.of();
            return new FilterNode(op, key, cmp, value, values, nodes(op, odd, depth));
        }

        private List<String> texts() {
            List<String> texts = new ArrayList<>();
            for (int count = next(4); count > 0; count--) {
                texts.add(one(TEXTS));
            }
            return texts;
        }

        private List<FilterNode> nodes(String op, boolean odd, int depth) {
            int count = op.isEmpty() && !odd ? 0 : op.equals("not") && !odd ? 1 : next(4);
            List<FilterNode> nodes = new ArrayList<>();
            for (int i = 0; i < count && depth < FilterNode.MAX_DEPTH; i++) {
                nodes.add(filter(depth + 1));
            }
            return nodes;
        }

        Map<String, String> tags() {
            Map<String, String> tags = new HashMap<>();
            for (int count = next(4); count > 0; count--) {
                tags.put(one(TEXTS), one(TEXTS));
            }
            return tags;
        }
    }
}
