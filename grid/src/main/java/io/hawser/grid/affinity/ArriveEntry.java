package io.hawser.grid.affinity;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.ExtendedMapEntry;

import io.hawser.grid.cluster.NodeId;

import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Lets clients belong to a node that they have come to, and returns their entries; leaves alone who
 * has gone elsewhere since. So it may be done late, and twice.
 */
final class ArriveEntry implements EntryProcessor<String, AffinityEntry, AffinityEntry> {
    private static final long serialVersionUID = 1L;

    private final String node;
    private final long incarnation;
    private final long atMs;
    private final long ttlSeconds;

    /**
     * @param atMs when they came
     */
    ArriveEntry(NodeId node, long incarnation, long atMs, long ttlSeconds) {
        this.node = node.value();
        this.incarnation = incarnation;
        this.atMs = atMs;
        this.ttlSeconds = ttlSeconds;
    }

    @Override
    @SuppressWarnings("NullAway") // null is how an entry processor says nothing
    public @Nullable AffinityEntry process(Map.Entry<String, AffinityEntry> entry) {
        AffinityEntry after =
                AffinityEntry.arrived(entry.getValue(), new NodeId(node), incarnation, atMs);
        if (after != null) {
            ((ExtendedMapEntry<String, AffinityEntry>) entry)
                    .setValue(after, ttlSeconds, TimeUnit.SECONDS);
        }
        return after;
    }
}
