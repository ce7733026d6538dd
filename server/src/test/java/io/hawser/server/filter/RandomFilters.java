package io.hawser.server.filter;

import io.hawser.server.protocol.FilterNode;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Filters and tags of few keys and values, so that about half of them match. */
final class RandomFilters {
    private static final List<String> KEYS = List.of("a", "b", "c");
    private static final List<String> WORDS =
            List.of("1", "1.0", "2", "-2", "10", "+10", "abc", "ab", "bc", "1e3", "0.", "x");
    private static final List<String> COMPARISONS =
            List.of("eq", "neq", "sw", "ew", "ct", "lt", "lte", "gt", "gte");

    private final Random random;

    RandomFilters(Random random) {
        this.random = random;
    }

    FilterNode filter(int depth) {
        if (depth <= 1) {
            return comparison();
        }
        return switch (random.nextInt(4)) {
            case 0 -> Filters.op("and", filters(depth - 1));
            case 1 -> Filters.op("or", filters(depth - 1));
            case 2 -> Filters.op("not", filter(depth - 1));
            default -> comparison();
        };
    }

    private List<FilterNode> filters(int depth) {
        List<FilterNode> filters = new ArrayList<>();
        for (int count = 1 + random.nextInt(3); count > 0; count--) {
            filters.add(filter(depth));
        }
        return filters;
    }

    private FilterNode comparison() {
        return switch (random.nextInt(6)) {
            case 0 -> Filters.compare(one(KEYS), one(List.of("ex", "nex")), "");
            case 1 -> Filters.compare(one(KEYS), one(List.of("in", "nin")), words());
            default -> Filters.compare(one(KEYS), one(COMPARISONS), one(WORDS));
        };
    }

    private List<String> words() {
        List<String> words = new ArrayList<>();
        for (int count = 1 + random.nextInt(3); count > 0; count--) {
            words.add(random.nextInt(5) == 0 ? "" : one(WORDS));
        }
        return words;
    }

    Map<String, String> tags() {
        Map<String, String> tags = new HashMap<>();
        for (String key : KEYS) {
            switch (random.nextInt(4)) {
                case 0 -> {}
                case 1 -> tags.put(key, random.nextInt(3) == 0 ? "" : number(random));
                default -> tags.put(key, one(WORDS));
            }
        }
        return tags;
    }

    private String one(List<String> values) {
        return values.get(random.nextInt(values.size()));
    }

    /** A decimal number of few different digits. */
    static String number(Random random) {
        var number = new StringBuilder(List.of("", "-", "+").get(random.nextInt(3)));
        digits(number, 1 + random.nextInt(random.nextInt(10) == 0 ? 60 : 4), random);
        if (random.nextBoolean()) {
            number.append('.');
            digits(number, 1 + random.nextInt(random.nextInt(5) == 0 ? 19 : 3), random);
        }
        return number.toString();
    }

    private static void digits(StringBuilder number, int count, Random random) {
        for (int i = 0; i < count; i++) {
            number.append("00019".charAt(random.nextInt(5)));
        }
    }
}
