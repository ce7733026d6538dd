package io.hawser.grid.affinity;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceAware;
import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.ExtendedMapEntry;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Gives an entry of a node that has gone to one of the targets, each key to the same one, also on
 * the backup; the member that owns it has it copied. An entry of a later life of the node stays.
 * Done twice it does nothing more. Returns true for an entry that was moved, else null.
 */
final class ReassignEntry
        implements EntryProcessor<String, AffinityEntry, Boolean>, HazelcastInstanceAware {
    private static final long serialVersionUID = 1L;

    private final String node;
    private final long incarnation;
    private final ArrayList<Target> targets; // its own type: it travels by Java's serialization
    private final long nowMs;
    private final boolean owner;
    private transient @Nullable AffinityCopy copy;

    ReassignEntry(String node, long incarnation, List<Target> targets, long nowMs) {
        this(node, incarnation, targets, nowMs, true);
    }

    private ReassignEntry(
            String node, long incarnation, List<Target> targets, long nowMs, boolean owner) {
        this.node = node;
        this.incarnation = incarnation;
        this.targets = new ArrayList<>(targets);
        this.nowMs = nowMs;
        this.owner = owner;
    }

    @Override
    public void setHazelcastInstance(HazelcastInstance member) {
        copy = owner ? AffinityCopy.of(member) : null;
    }

    @Override
    public EntryProcessor<String, AffinityEntry, Boolean> getBackupProcessor() {
        return new ReassignEntry(node, incarnation, targets, nowMs, false);
    }

    @Override
    @SuppressWarnings("NullAway") // null is how an entry processor says nothing
    public @Nullable Boolean process(Map.Entry<String, AffinityEntry> entry) {
        AffinityEntry before = entry.getValue();
        AffinityEntry after =
                before == null
                        ? null
                        : before.reassigned(entry.getKey(), node, incarnation, targets, nowMs);
        if (after == null) {
            return null;
        }
        ((ExtendedMapEntry<String, AffinityEntry>) entry).setValueWithoutChangingExpiryTime(after);
        if (copy != null) {
            copy.offerMoved(entry.getKey(), after);
        }
        return Boolean.TRUE;
    }
}
