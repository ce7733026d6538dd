package io.hawser.grid.presence;

import com.hazelcast.map.EntryProcessor;

import org.jspecify.annotations.Nullable;

import java.util.Map;

/** Removes an entry and returns what it held: of several that take it, one gets it. */
final class TakeEntry implements EntryProcessor<RollKey, RollEntry, RollEntry> {
    private static final long serialVersionUID = 1L;

    @Override
    @SuppressWarnings("NullAway") // null is how an entry processor removes
    public @Nullable RollEntry process(Map.Entry<RollKey, RollEntry> entry) {
        RollEntry held = entry.getValue();
        entry.setValue(null);
        return held;
    }
}
