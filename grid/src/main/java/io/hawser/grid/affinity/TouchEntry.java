package io.hawser.grid.affinity;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.ExtendedMapEntry;

import io.hawser.grid.cluster.NodeId;

import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Lets an entry of this node live on for a while, and returns it; leaves one alone that is another
 * node's by now.
 */
final class TouchEntry implements EntryProcessor<String, AffinityEntry, AffinityEntry> {
    private static final long serialVersionUID = 1L;

    private final String node;
    private final long incarnation;
    private final boolean create;
    private final long ttlSeconds;
    private final long nowMs;

    /**
     * @param create whether an entry that is missing is made: its client is here
     */
    TouchEntry(NodeId node, long incarnation, boolean create, long ttlSeconds, long nowMs) {
        this.node = node.value();
        this.incarnation = incarnation;
        this.create = create;
        this.ttlSeconds = ttlSeconds;
        this.nowMs = nowMs;
    }

    @Override
    @SuppressWarnings("NullAway") // null is how an entry processor says nothing
    public @Nullable AffinityEntry process(Map.Entry<String, AffinityEntry> entry) {
        AffinityEntry before = entry.getValue();
        boolean mine =
                before == null
                        ? create
                        : before.node().equals(node) && before.incarnation() == incarnation;
        if (!mine) {
            return null;
        }
        AffinityEntry after =
                before == null ? AffinityEntry.first(new NodeId(node), incarnation, nowMs) : before;
        ((ExtendedMapEntry<String, AffinityEntry>) entry)
                .setValue(after, ttlSeconds, TimeUnit.SECONDS);
        return after;
    }
}
