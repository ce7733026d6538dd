package io.hawser.server.endpoint;

import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What filters have said about one publication, so that each is asked once and not on every I/O
 * thread. Two threads may ask the same filter at the same moment. Of more than {@value #SLOTS}
 * filters of one channel some may be asked again, on another thread. Thread-safe, without locks.
 */
final class FilterVerdicts {
    private static final int SLOTS = 64;

    /** A filter's number and, in the lowest bit, what it said; 0 for none. */
    private final AtomicLongArray verdicts = new AtomicLongArray(SLOTS);

    /** If the publication with these tags passes the filter. */
    boolean passes(SharedFilter filter, Map<String, String> tags) {
        int slot = (int) (filter.number % SLOTS);
        long verdict = verdicts.get(slot);
        if (verdict >>> 1 == filter.number) {
            return (verdict & 1) != 0;
        }
        boolean passes = filter.filter.matches(tags);
        verdicts.set(slot, filter.number << 1 | (passes ? 1 : 0));
        return passes;
    }
}
