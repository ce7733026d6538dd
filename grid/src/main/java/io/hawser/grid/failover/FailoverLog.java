package io.hawser.grid.failover;

import io.hawser.grid.cluster.NodeId;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The last failovers, whoever carried them out: each node keeps them, so that they are known also
 * after the coordinator is gone. Thread-safe.
 */
final class FailoverLog {
    static final int MAX_RECORDS = 100;

    private static final Comparator<FailoverRecord> NEWEST_FIRST =
            Comparator.comparingLong(FailoverRecord::lostAtMs).reversed();

    private final Map<Key, FailoverRecord> records = new LinkedHashMap<>();

    /** Two coordinators, in a grid that is split, may both have had to do with one life. */
    private record Key(NodeId node, long incarnation, NodeId coordinator) {
        static Key of(FailoverRecord record) {
            return new Key(record.node(), record.incarnation(), record.coordinator());
        }
    }

    /**
     * Adds it, in place of an earlier record of the same; beyond the limit the oldest goes.
     *
     * @return false if it was known with this outcome
     */
    synchronized boolean add(FailoverRecord record) {
        FailoverRecord before = records.put(Key.of(record), record);
        if (records.size() > MAX_RECORDS) {
            records.values().stream()
                    .min(Comparator.comparingLong(FailoverRecord::lostAtMs))
                    .ifPresent(oldest -> records.remove(Key.of(oldest)));
        }
        return before == null || before.outcome() != record.outcome();
    }

    /** Newest first. */
    synchronized List<FailoverRecord> records() {
        List<FailoverRecord> all = new ArrayList<>(records.values());
        all.sort(NEWEST_FIRST);
        return all;
    }
}
