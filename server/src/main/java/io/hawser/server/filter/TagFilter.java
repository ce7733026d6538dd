package io.hawser.server.filter;

import io.hawser.server.protocol.FilterNode;

import java.util.Map;

/**
 * A checked tags filter. Filters that were sent alike are equal, so a channel needs to ask each
 * distinct one only once for a publication. Immutable, thread-safe; asking allocates nothing.
 *
 * @see <a href="https://centrifugal.dev/docs/server/publication_filtering">what clients expect</a>
 */
public final class TagFilter {
    /** Most levels of a filter; one comparison alone is one level. */
    public static final int MAX_DEPTH = 16;

    /** Most nodes of a filter, of all levels. */
    public static final int MAX_NODES = 256;

    /** Most operands of "in" and "nin" of a filter, of all its nodes. */
    public static final int MAX_VALUES = 1_024;

    private final Condition condition;

    /** Kept, since it is asked for whenever a subscription comes or goes. */
    private final int hash;

    private TagFilter(Condition condition) {
        this.condition = condition;
        this.hash = condition.hashCode();
    }

    /**
     * Checks a filter as the client sent it.
     *
     * @throws BadFilterException if it is none, or is above one of the limits
     */
    public static TagFilter compile(FilterNode root) throws BadFilterException {
        return new TagFilter(new FilterCompiler().compile(root));
    }

    /** If a publication with these tags is asked for. */
    public boolean matches(Map<String, String> tags) {
        return condition.matches(tags);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TagFilter filter
                && filter.hash == hash
                && filter.condition.equals(condition);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return condition.toString();
    }
}
