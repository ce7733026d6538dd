package io.hawser.grid.pubsub;

import java.time.Duration;

/**
 * How much of a channel's past a broker keeps.
 *
 * @param size publications kept at most; 0 keeps none and gives no offsets
 * @param ttl how long after the last publication they are kept; zero keeps none
 * @param metaTtl how long after the last publication the position (epoch and offset) is kept;
 *     longer than {@code ttl}
 */
public record HistoryOptions(int size, Duration ttl, Duration metaTtl) {
    /** No history: publications carry no offset and are delivered at most once. */
    public static final HistoryOptions NONE =
            new HistoryOptions(0, Duration.ZERO, Duration.ofDays(30));

    /** For a publication that is not to be stored; the position is still kept as long. */
    public HistoryOptions skipped() {
        return new HistoryOptions(0, Duration.ZERO, metaTtl);
    }

    /** True if publications are stored and numbered. */
    public boolean enabled() {
        return size > 0 && ttl.isPositive();
    }
}
