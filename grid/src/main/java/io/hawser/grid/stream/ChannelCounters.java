package io.hawser.grid.stream;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** How often channels took which way; shared by all channels of a broker. Thread-safe. */
public final class ChannelCounters {
    /** Ways a channel can take. */
    public enum Way {
        DUPLICATE_DROPPED,
        GAP_SEEN,
        EARLY_KEPT,
        EARLY_OVERFLOW,
        FOREIGN_EPOCH,
        FORK_SEEN,
        REPAIRED_FROM_STREAM,
        REPAIR_NEEDS_ANOTHER_PAGE,
        CHECK_FOUND_MORE,
        LOST_BY_EPOCH,
        LOST_BY_TRIM,
        READ_FAILED,
        SUBSCRIBE_AGAIN,
        RECONFIRMED,
        JOINED_FRESH,
        JOINED_WITHOUT_READ,
        JOINED_BY_SHARED_READ,
        JOIN_READ_DELAYED,
        JOINED_RECOVERED,
        JOINED_AHEAD,
        JOINED_OTHER_EPOCH,
        JOINED_BEYOND_LIMIT,
        JOINED_TRIMMED,
        JOINED_UNPOSITIONED,
        JOIN_TIMED_OUT,
        JOIN_WHILE_DOWN,
        JOIN_REFUSED,
        WINDOW_OVERFLOW,
        JOIN_READ_CUT,
        LINGER_ENDED,
        LINGER_CANCELLED,
        CHECK_DELAYED
    }

    private final Map<Way, LongAdder> counts = new EnumMap<>(Way.class);

    public ChannelCounters() {
        for (Way way : Way.values()) {
            counts.put(way, new LongAdder());
        }
    }

    void count(Way way) {
        LongAdder adder = counts.get(way);
        if (adder != null) {
            adder.increment();
        }
    }

    public Map<Way, Long> snapshot() {
        Map<Way, Long> snapshot = new EnumMap<>(Way.class);
        counts.forEach((way, adder) -> snapshot.put(way, adder.sum()));
        return snapshot;
    }
}
