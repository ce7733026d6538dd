package io.hawser.server.endpoint;

import io.hawser.server.filter.TagFilter;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The filters that this node's subscribers have, bounded by their number. Equal ones are one, so
 * that the first I/O thread which asks it about a publication can tell the others. Thread-safe;
 * asked when subscribers come and go, not for publications.
 */
final class SharedFilters {
    private final Map<TagFilter, SharedFilter> filters = new ConcurrentHashMap<>();
    private final AtomicLong lastNumber = new AtomicLong();

    /** The one filter for all that are equal to this; owes one {@link #leave}. */
    SharedFilter join(TagFilter filter) {
        return filters.compute(
                filter,
                (equal, present) -> {
                    SharedFilter shared =
                            present == null
                                    ? new SharedFilter(filter, lastNumber.incrementAndGet())
                                    : present;
                    shared.groups(shared.groups() + 1);
                    return shared;
                });
    }

    void leave(SharedFilter filter) {
        filters.computeIfPresent(
                filter.filter,
                (equal, shared) -> {
                    shared.groups(shared.groups() - 1);
                    return shared.groups() == 0 ? null : shared;
                });
    }

    /** How many different ones there are. */
    int size() {
        return filters.size();
    }
}
