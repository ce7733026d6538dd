package io.hawser.server.session;

import io.hawser.server.filter.TagFilter;

import org.jspecify.annotations.Nullable;

/**
 * What of a channel's traffic one subscriber gets. Immutable, thread-safe.
 *
 * @param joinLeave joins and leaves too
 * @param delta publications may come as deltas to the one before; never together with a filter,
 *     since then each subscriber would have another one before
 * @param filter which publications; null for all
 */
public record Selection(boolean joinLeave, boolean delta, @Nullable TagFilter filter) {
    public Selection {
        if (delta && filter != null) {
            throw new IllegalArgumentException("deltas of filtered publications");
        }
    }

    /** All publications, as they are. */
    public static Selection all(boolean joinLeave) {
        return new Selection(joinLeave, false, null);
    }
}
