package io.hawser.server.endpoint;

import io.hawser.server.filter.TagFilter;

import org.jspecify.annotations.Nullable;

/**
 * Members of a channel with equal filters, so that a publication is judged once for all of them.
 * Confined to their I/O thread.
 */
final class FilterGroup {
    final TagFilter filter;

    /** How many members there are. */
    int members;

    /** What they get in this dispatch; null before the first of them comes. */
    Dispatch.@Nullable Parcel parcel;

    FilterGroup(TagFilter filter) {
        this.filter = filter;
    }
}
