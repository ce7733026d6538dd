package io.hawser.server.endpoint;

import io.hawser.server.filter.TagFilter;

/** A filter of this node's subscribers, one for all that are equal. Thread-safe. */
final class SharedFilter {
    final TagFilter filter;

    /** From 1, never used again: by it a {@link Delivery} knows what the filter said. */
    final long number;

    /** How many {@link FilterGroup}s have it; changed by {@link SharedFilters} only. */
    private volatile int groups;

    SharedFilter(TagFilter filter, long number) {
        this.filter = filter;
        this.number = number;
    }

    /** True if some other I/O thread, or channel, may ask the same. */
    boolean isShared() {
        return groups > 1;
    }

    int groups() {
        return groups;
    }

    void groups(int newGroups) {
        groups = newGroups;
    }
}
