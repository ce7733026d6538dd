package io.hawser.grid.affinity;

import io.hawser.grid.affinity.ClientEvent.Came;
import io.hawser.grid.cluster.Registry;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whoever has come belongs here from now on, whatever was remembered: one write for all of them.
 * Where it is not known whether such a write was done it is late, and then who has gone elsewhere
 * since stays there: each entry is looked at where it is. That costs four times as much, which is
 * why it is not done at first. Thread-safe; blocks.
 */
final class LooseArrivals implements AffinityWriter.Arrivals {
    private static final Logger log = LoggerFactory.getLogger(LooseArrivals.class);

    /** So few that they are done in time on a busy machine too: what is done is not done again. */
    private static final int TRIED_BATCH = 200;

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

    @Override
    public List<Came> take(Map<String, Came> byKey) {
        List<Came> fresh = new ArrayList<>();
        List<Came> tried = new ArrayList<>();
        byKey.values().forEach(came -> (came.tried() ? tried : fresh).add(came));
        store(fresh);
        return arrive(tried);
    }

    private void store(List<Came> fresh) {
        if (fresh.isEmpty()) {
            return;
        }
        Map<String, AffinityEntry> entries = HashMap.newHashMap(fresh.size());
        for (Came came : fresh) {
            entries.put(
                    came.key(),
                    AffinityEntry.first(nodes.localId(), nodes.localIncarnation(), came.atMs()));
        }
        map.store(entries);
        entries.forEach((key, entry) -> copy.offer(key, entry, ttl));
    }

    /** Returns those for whom the grid had no answer; it is not asked further in this round. */
    private List<Came> arrive(List<Came> tried) {
        tried.sort(Comparator.comparingLong(Came::atMs));
        int from = 0;
        while (from < tried.size()) {
            int to = endOfBatch(tried, from);
            try {
                arriveTogether(tried.subList(from, to));
            } catch (AffinityException e) {
                log.debug("where {} clients are cannot be written now", tried.size() - from, e);
                return tried.subList(from, tried.size());
            }
            from = to;
        }
        return List.of();
    }

    private static int endOfBatch(List<Came> all, int from) {
        long latestMs = all.get(from).atMs() + BATCH_SPAN_MS;
        int to = from + 1;
        while (to < all.size() && to - from < TRIED_BATCH && all.get(to).atMs() <= latestMs) {
            to++;
        }
        return to;
    }

    private void arriveTogether(List<Came> batch) {
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
