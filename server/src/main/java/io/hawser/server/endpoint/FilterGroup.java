package io.hawser.server.endpoint;

import org.jspecify.annotations.Nullable;

/**
 * Members of a channel with equal filters, so that a publication is judged once for all of them,
 * and in {@link FilterVerdicts} once for those of all I/O threads. Confined to their I/O thread.
 */
final class FilterGroup {
    final SharedFilter filter;

    /** How many members there are. */
    int members;

    /** What they get in this dispatch; null before the first of them comes. */
    Dispatch.@Nullable Parcel parcel;

    FilterGroup(SharedFilter filter) {
        this.filter = filter;
    }
}
