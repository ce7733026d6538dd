package io.hawser.grid.affinity;

import io.hawser.grid.affinity.ClientEvent.Came;
import io.hawser.grid.cluster.Registry;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whoever has come belongs here from now on, unless it has gone elsewhere since. Thread-safe;
 * blocks.
 */
final class LooseArrivals implements AffinityWriter.Arrivals {
    private static final int BATCH = 500;

    /** Those of a batch count as having come together: far less than two nodes' clocks tell. */
    private static final long BATCH_SPAN_MS = 100;

    private final AffinityMap map;
    private final CopySink copy;
    private final Registry nodes;
    private final Duration ttl;

    /** Takes what is written to the map, for the copy of it. */
    @FunctionalInterface
    interface CopySink {
        void offer(String key, AffinityEntry entry, Duration ttl);
    }

    LooseArrivals(AffinityMap map, CopySink copy, Registry nodes, Duration ttl) {
        this.map = map;
        this.copy = copy;
        this.nodes = nodes;
        this.ttl = ttl;
    }

    /** If it fails, all of them may come again: what was written stays as it is. */
    @Override
    public List<Came> take(Map<String, Came> byKey) {
        List<Came> all =
                byKey.values().stream().sorted(Comparator.comparingLong(Came::atMs)).toList();
        int from = 0;
        while (from < all.size()) {
            int to = endOfBatch(all, from);
            write(all.subList(from, to));
            from = to;
        }
        return List.of();
    }

    private static int endOfBatch(List<Came> all, int from) {
        long latestMs = all.get(from).atMs() + BATCH_SPAN_MS;
        int to = from + 1;
        while (to < all.size() && to - from < BATCH && all.get(to).atMs() <= latestMs) {
            to++;
        }
        return to;
    }

    private void write(List<Came> batch) {
        Set<String> keys = batch.stream().map(Came::key).collect(Collectors.toSet());
        var arrive =
                new ArriveEntry(
                        nodes.localId(),
                        nodes.localIncarnation(),
                        batch.getLast().atMs(),
                        ttl.toSeconds());
        map.arrive(keys, arrive).forEach((key, entry) -> copy.offer(key, entry, ttl));
    }
}
