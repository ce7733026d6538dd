package io.hawser.grid.affinity;

import com.hazelcast.map.EntryProcessor;

import org.jspecify.annotations.Nullable;

import java.util.Map;

/**
 * Writes an entry if nobody has changed it since it was read: compare and set by the epoch. Holds
 * the parts of the entry, since a processor travels by another serialization than values do.
 */
final class SwapEntry implements EntryProcessor<String, AffinityEntry, Boolean> {
    private static final long serialVersionUID = 1L;
    private static final long ABSENT = -1;

    private final long expectedEpoch;
    private final String node;
    private final long incarnation;
    private final long epoch;
    private final long connectedAtMs;
    private final long sentAwayAtMs;

    SwapEntry(@Nullable AffinityEntry expected, AffinityEntry next) {
        this.expectedEpoch = expected == null ? ABSENT : expected.epoch();
        this.node = next.node();
        this.incarnation = next.incarnation();
        this.epoch = next.epoch();
        this.connectedAtMs = next.connectedAtMs();
        this.sentAwayAtMs = next.sentAwayAtMs();
    }

    @Override
    public Boolean process(Map.Entry<String, AffinityEntry> entry) {
        AffinityEntry found = entry.getValue();
        if ((found == null ? ABSENT : found.epoch()) != expectedEpoch) {
            return Boolean.FALSE;
        }
        entry.setValue(new AffinityEntry(node, incarnation, epoch, connectedAtMs, sentAwayAtMs));
        return Boolean.TRUE;
    }
}
