package io.hawser.server.protocol;

import java.util.List;

/**
 * A node of a tags filter, as the client sent it and not checked. Immutable, thread-safe.
 *
 * @param op "" for a comparison, else "and", "or", "not" over {@code nodes}
 * @param key tag to compare
 * @param cmp comparison, such as "eq" or "in"
 * @param value operand of a comparison with one
 * @param values operands of a comparison with a set
 * @param nodes children, not deeper than {@link #MAX_DEPTH} levels
 */
public record FilterNode(
        String op,
        String key,
        String cmp,
        String value,
        List<String> values,
        List<FilterNode> nodes) {
    /** A command with a deeper filter is a bad one. */
    public static final int MAX_DEPTH = 64;

    /** Readers of filters recurse, so each asks here first; {@code depth} of the root is 1. */
    static void checkDepth(int depth) throws BadFrameException {
        if (depth > MAX_DEPTH) {
            throw new BadFrameException("a filter that is too deep");
        }
    }
}
