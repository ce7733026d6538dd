package io.hawser.grid.affinity;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.ExtendedMapEntry;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Gives an entry of a node that has gone to one of the targets, and returns it; each key to the
 * same one, also on the backup. An entry of a later life of the node stays. Done twice it does
 * nothing more.
 */
final class ReassignEntry implements EntryProcessor<String, AffinityEntry, AffinityEntry> {
    private static final long serialVersionUID = 1L;

    private final String node;
    private final long incarnation;
    private final ArrayList<Target> targets; // its own type: it travels by Java's serialization
    private final long nowMs;

    ReassignEntry(String node, long incarnation, List<Target> targets, long nowMs) {
        this.node = node;
        this.incarnation = incarnation;
        this.targets = new ArrayList<>(targets);
        this.nowMs = nowMs;
    }

    @Override
    @SuppressWarnings("NullAway") // null is how an entry processor says nothing
    public @Nullable AffinityEntry process(Map.Entry<String, AffinityEntry> entry) {
        AffinityEntry before = entry.getValue();
        AffinityEntry after =
                before == null
                        ? null
                        : before.reassigned(entry.getKey(), node, incarnation, targets, nowMs);
        if (after == null) {
            return null;
        }
        ((ExtendedMapEntry<String, AffinityEntry>) entry).setValueWithoutChangingExpiryTime(after);
        return after;
    }
}
