package io.hawser.grid.simulation;

import io.hawser.grid.stream.ChannelCounters;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/** How often which branch was taken, over many seeds. Not thread-safe. */
final class Counts {
    final ChannelCounters ways = new ChannelCounters();
    private final Map<Branch, Long> branches = new EnumMap<>(Branch.class);
    private long events;

    void count(Branch branch) {
        branches.merge(branch, 1L, Long::sum);
    }

    void countEvent() {
        events++;
    }

    long events() {
        return events;
    }

    /** Zeros included. */
    Map<String, Long> all() {
        Map<String, Long> all = new TreeMap<>();
        ways.snapshot().forEach((way, count) -> all.put(way.name(), count));
        for (Branch branch : Branch.values()) {
            all.put(branch.name(), branches.getOrDefault(branch, 0L));
        }
        return all;
    }
}
