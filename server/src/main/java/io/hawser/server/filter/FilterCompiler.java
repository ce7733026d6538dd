package io.hawser.server.filter;

import io.hawser.server.filter.Condition.NumberRelation;
import io.hawser.server.filter.Condition.TextRelation;
import io.hawser.server.protocol.FilterNode;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Checks one filter and makes conditions of its nodes. Used once, by one thread. */
final class FilterCompiler {
    private int nodes;
    private int values;

    Condition compile(FilterNode root) throws BadFilterException {
        return compile(root, 1);
    }

    private Condition compile(FilterNode node, int depth) throws BadFilterException {
        check(depth <= TagFilter.MAX_DEPTH, "filter is too deep");
        check(++nodes <= TagFilter.MAX_NODES, "filter has too many nodes");
        return switch (node.op()) {
            case "" -> comparison(node);
            case "and" -> new Condition.And(children(node, depth));
            case "or" -> new Condition.Or(children(node, depth));
            case "not" -> new Condition.Not(child(node, depth));
            default -> throw new BadFilterException("filter has an unknown op");
        };
    }

    private List<Condition> children(FilterNode node, int depth) throws BadFilterException {
        checkHasNoComparison(node);
        check(!node.nodes().isEmpty(), "filter has an op without nodes");
        List<Condition> children = new ArrayList<>();
        for (FilterNode child : node.nodes()) {
            children.add(compile(child, depth + 1));
        }
        return List.copyOf(children);
    }

    private Condition child(FilterNode node, int depth) throws BadFilterException {
        checkHasNoComparison(node);
        check(node.nodes().size() == 1, "filter has a not without exactly one node");
        return compile(node.nodes().getFirst(), depth + 1);
    }

    private static void checkHasNoComparison(FilterNode node) throws BadFilterException {
        boolean none =
                node.key().isEmpty()
                        && node.cmp().isEmpty()
                        && node.value().isEmpty()
                        && node.values().isEmpty();
        check(none, "filter has an op with a comparison of its own");
    }

    private Condition comparison(FilterNode node) throws BadFilterException {
        check(node.nodes().isEmpty(), "filter has a comparison with nodes");
        check(!node.cmp().isEmpty(), "filter has a comparison without cmp");
        check(!node.key().isEmpty(), "filter has a comparison without key");
        return switch (node.cmp()) {
            case "eq" -> text(node, TextRelation.EQUALS);
            case "neq" -> new Condition.Not(text(node, TextRelation.EQUALS));
            case "sw" -> text(node, TextRelation.STARTS_WITH);
            case "ew" -> text(node, TextRelation.ENDS_WITH);
            case "ct" -> text(node, TextRelation.CONTAINS);
            case "in" -> in(node);
            case "nin" -> new Condition.Not(in(node));
            case "ex" -> exists(node);
            case "nex" -> new Condition.Not(exists(node));
            case "lt" -> number(node, NumberRelation.LESS);
            case "lte" -> number(node, NumberRelation.LESS_OR_EQUAL);
            case "gt" -> number(node, NumberRelation.GREATER);
            case "gte" -> number(node, NumberRelation.GREATER_OR_EQUAL);
            default -> throw new BadFilterException("filter has an unknown cmp");
        };
    }

    private static Condition text(FilterNode node, TextRelation relation)
            throws BadFilterException {
        return new Condition.Text(node.key(), relation, operand(node));
    }

    /** An operand that is no number is accepted and never holds, as in the servers clients know. */
    private static Condition number(FilterNode node, NumberRelation relation)
            throws BadFilterException {
        String operand = operand(node);
        return Decimals.isDecimal(operand)
                ? new Condition.Numeric(node.key(), relation, operand)
                : new Condition.Never();
    }

    private static String operand(FilterNode node) throws BadFilterException {
        check(!node.value().isEmpty(), "filter has a comparison without val");
        check(node.values().isEmpty(), "filter has vals where val belongs");
        return node.value();
    }

    private Condition in(FilterNode node) throws BadFilterException {
        check(!node.values().isEmpty(), "filter has a comparison without vals");
        check(node.value().isEmpty(), "filter has val where vals belong");
        values += node.values().size();
        check(values <= TagFilter.MAX_VALUES, "filter has too many values");
        return new Condition.In(node.key(), Set.copyOf(node.values()));
    }

    private static Condition exists(FilterNode node) throws BadFilterException {
        boolean alone = node.value().isEmpty() && node.values().isEmpty();
        check(alone, "filter has a value where none belongs");
        return new Condition.Exists(node.key());
    }

    private static void check(boolean holds, String problem) throws BadFilterException {
        if (!holds) {
            throw new BadFilterException(problem);
        }
    }
}
