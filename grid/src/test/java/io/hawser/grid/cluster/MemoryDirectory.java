package io.hawser.grid.cluster;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A directory in memory that can be out of reach. Entries do not expire. Thread-safe. */
final class MemoryDirectory implements NodeDirectory {
    private final Map<String, String> entries = new ConcurrentHashMap<>();
    private final Map<String, Long> lives = new ConcurrentHashMap<>();
    private volatile boolean reachable = true;

    void reachable(boolean value) {
        reachable = value;
    }

    @Override
    public @Nullable String put(NodeId id, String json, Duration ttl) {
        check();
        return entries.put(id.value(), json);
    }

    @Override
    public Map<String, String> list() {
        check();
        return Map.copyOf(entries);
    }

    @Override
    public void remove(NodeId id) {
        check();
        entries.remove(id.value());
    }

    @Override
    public void lives(NodeId id, long incarnation) {
        check();
        lives.merge(id.value(), incarnation, Math::max);
    }

    @Override
    public long lastLife(NodeId id) {
        check();
        return lives.getOrDefault(id.value(), 0L);
    }

    private void check() {
        if (!reachable) {
            throw new DirectoryException("out of reach", null);
        }
    }
}
