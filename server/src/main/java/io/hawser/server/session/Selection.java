package io.hawser.server.session;

import io.hawser.server.config.ChannelOptions;
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
    /** The only format of deltas there is. */
    private static final String FOSSIL = "fossil";

    public Selection {
        if (delta && filter != null) {
            throw new IllegalArgumentException("deltas of filtered publications");
        }
    }

    /**
     * What a client gets that asks for deltas of the format {@code delta} (empty for none), and for
     * what {@code filter} passes. A filter goes before delta.
     */
    static Selection of(
            ChannelOptions options,
            SubscriptionFlags flags,
            String delta,
            @Nullable TagFilter filter) {
        boolean chained =
                delta.equals(FOSSIL)
                        && filter == null
                        && options.delta()
                        && (flags.positioned() || flags.recoverable());
        return new Selection(flags.pushJoinLeave(), chained, filter);
    }

    /** All publications, as they are. */
    public static Selection all(boolean joinLeave) {
        return new Selection(joinLeave, false, null);
    }
}
