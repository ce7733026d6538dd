package io.hawser.grid.affinity;

import io.hawser.grid.affinity.ClientEvent.Came;
import io.hawser.grid.cluster.Registry;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Whoever has come belongs here from now on, whatever was remembered: one write for all of them.
 * Thread-safe; blocks.
 */
final class LooseArrivals implements AffinityWriter.Arrivals {
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
        Map<String, AffinityEntry> entries = HashMap.newHashMap(byKey.size());
        byKey.forEach(
                (key, came) ->
                        entries.put(
                                key,
                                AffinityEntry.first(
                                        nodes.localId(), nodes.localIncarnation(), came.atMs())));
        map.store(entries);
        entries.forEach((key, entry) -> copy.offer(key, entry, ttl));
        return List.of();
    }
}
