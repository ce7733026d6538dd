package io.hawser.server.filter;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What tags must fulfil. Nested at most {@link TagFilter#MAX_DEPTH} levels, so recursion is
 * bounded. Immutable, thread-safe.
 */
sealed interface Condition {
    boolean matches(Map<String, String> tags);

    /** Each part holds. */
    record And(List<Condition> parts) implements Condition {
        @Override
        public boolean matches(Map<String, String> tags) {
            for (Condition part : parts) {
                if (!part.matches(tags)) {
                    return false;
                }
            }
            return true;
        }
    }

    /** One of the parts holds. */
    record Or(List<Condition> parts) implements Condition {
        @Override
        public boolean matches(Map<String, String> tags) {
            for (Condition part : parts) {
                if (part.matches(tags)) {
                    return true;
                }
            }
            return false;
        }
    }

    /** The part does not hold; also how "neq", "nin" and "nex" are kept. */
    record Not(Condition part) implements Condition {
        @Override
        public boolean matches(Map<String, String> tags) {
            return !part.matches(tags);
        }
    }

    /** The tag is there. */
    record Exists(String key) implements Condition {
        @Override
        public boolean matches(Map<String, String> tags) {
            return tags.containsKey(key);
        }
    }

    /** The tag is one of the values. A missing tag counts as "". */
    record In(String key, Set<String> values) implements Condition {
        @Override
        public boolean matches(Map<String, String> tags) {
            return values.contains(tags.getOrDefault(key, ""));
        }
    }

    /** The tag is there and relates to the operand as text. */
    record Text(String key, TextRelation relation, String operand) implements Condition {
        @Override
        public boolean matches(Map<String, String> tags) {
            @Nullable String tag = tags.get(key);
            return tag != null && relation.holds(tag, operand);
        }
    }

    /** The tag is there, is a decimal number, and relates to the operand as such. */
    record Numeric(String key, NumberRelation relation, String operand) implements Condition {
        @Override
        public boolean matches(Map<String, String> tags) {
            @Nullable String tag = tags.get(key);
            return tag != null
                    && Decimals.isDecimal(tag)
                    && relation.holds(Decimals.compare(tag, operand));
        }
    }

    /** Holds for no tags: a comparison with an operand that is no number. */
    record Never() implements Condition {
        @Override
        public boolean matches(Map<String, String> tags) {
            return false;
        }
    }

    /** How a tag relates to an operand, both as text. */
    enum TextRelation {
        EQUALS,
        STARTS_WITH,
        ENDS_WITH,
        CONTAINS;

        boolean holds(String tag, String operand) {
            return switch (this) {
                case EQUALS -> tag.equals(operand);
                case STARTS_WITH -> tag.startsWith(operand);
                case ENDS_WITH -> tag.endsWith(operand);
                case CONTAINS -> tag.contains(operand);
            };
        }
    }

    /** How a tag relates to an operand, both as numbers. */
    enum NumberRelation {
        LESS,
        LESS_OR_EQUAL,
        GREATER,
        GREATER_OR_EQUAL;

        /** {@code order} is below, at or above 0 as the tag is less than, equal to or above. */
        boolean holds(int order) {
            return switch (this) {
                case LESS -> order < 0;
                case LESS_OR_EQUAL -> order <= 0;
                case GREATER -> order > 0;
                case GREATER_OR_EQUAL -> order >= 0;
            };
        }
    }
}
