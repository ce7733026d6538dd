package io.hawser.server.filter;

import io.hawser.server.protocol.FilterNode;

import java.util.List;

/** Filters as clients build them. */
final class Filters {
    private Filters() {}

    static FilterNode compare(String key, String cmp, String value) {
        return new FilterNode("", key, cmp, value, List.of(), List.of());
    }

    static FilterNode compare(String key, String cmp, List<String> values) {
        return new FilterNode("", key, cmp, "", values, List.of());
    }

    static FilterNode op(String op, FilterNode... nodes) {
        return new FilterNode(op, "", "", "", List.of(), List.of(nodes));
    }

    static FilterNode op(String op, List<FilterNode> nodes) {
        return new FilterNode(op, "", "", "", List.of(), nodes);
    }
}
