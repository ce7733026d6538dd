package io.hawser.grid.presence;

import com.hazelcast.map.EntryProcessor;

import org.jspecify.annotations.Nullable;

import java.util.Map;

/** Removes an entry, if it is there. */
final class RemoveEntry<K, V> implements EntryProcessor<K, V, Boolean> {
    private static final long serialVersionUID = 1L;

    @Override
    @SuppressWarnings("NullAway") // null is how an entry processor removes
    public @Nullable Boolean process(Map.Entry<K, V> entry) {
        entry.setValue(null);
        return null;
    }
}
