package io.hawser.server.filter;

import io.hawser.server.protocol.FilterNode;

import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;

/** What a filter means, straight from what the client sent: the yardstick of random tests. */
final class NaiveFilter {
    private static final Pattern DECIMAL = Pattern.compile("[+-]?[0-9]+(\\.[0-9]{1,19})?");

    private NaiveFilter() {}

    static boolean matches(FilterNode node, Map<String, String> tags) {
        return switch (node.op()) {
            case "and" -> node.nodes().stream().allMatch(child -> matches(child, tags));
            case "or" -> node.nodes().stream().anyMatch(child -> matches(child, tags));
            case "not" -> !matches(node.nodes().getFirst(), tags);
            default -> compares(node, Optional.ofNullable(tags.get(node.key())));
        };
    }

    private static boolean compares(FilterNode node, Optional<String> tag) {
        String value = node.value();
        return switch (node.cmp()) {
            case "eq" -> tag.equals(Optional.of(value));
            case "neq" -> !tag.equals(Optional.of(value));
            case "in" -> node.values().contains(tag.orElse(""));
            case "nin" -> !node.values().contains(tag.orElse(""));
            case "ex" -> tag.isPresent();
            case "nex" -> tag.isEmpty();
            case "sw" -> tag.filter(text -> text.startsWith(value)).isPresent();
            case "ew" -> tag.filter(text -> text.endsWith(value)).isPresent();
            case "ct" -> tag.filter(text -> text.contains(value)).isPresent();
            case "lt" -> ordered(tag, value, order -> order < 0);
            case "lte" -> ordered(tag, value, order -> order <= 0);
            case "gt" -> ordered(tag, value, order -> order > 0);
            case "gte" -> ordered(tag, value, order -> order >= 0);
            default -> throw new IllegalArgumentException(node.cmp());
        };
    }

    private static boolean ordered(Optional<String> tag, String value, IntPredicate holds) {
        Optional<BigDecimal> left = tag.flatMap(NaiveFilter::decimal);
        Optional<BigDecimal> right = decimal(value);
        return left.isPresent()
                && right.isPresent()
                && holds.test(left.get().compareTo(right.get()));
    }

    static Optional<BigDecimal> decimal(String text) {
        return text.length() <= 200 && DECIMAL.matcher(text).matches()
                ? Optional.of(new BigDecimal(text))
                : Optional.empty();
    }
}
