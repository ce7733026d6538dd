package io.hawser.grid.affinity;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/**
 * In this node's memory, where there is no Redis: the least lately used beyond a bound are
 * forgotten. Thread-safe.
 */
final class LocalSubscriptions implements KeptSubscriptions {
    private static final int MAX_KEYS = 10_000;

    private final long ttlNanos;
    private final LongSupplier clockNanos;
    private final SequencedMap<String, Kept> byKey = new LinkedHashMap<>(); // guarded by this

    private record Kept(Map<String, String> channels, long untilNanos) {}

    LocalSubscriptions(Duration ttl, LongSupplier clockNanos) {
        this.ttlNanos = ttl.toNanos();
        this.clockNanos = clockNanos;
    }

    @Override
    public synchronized void keep(String key, String channel, String terms) {
        Map<String, String> channels = new HashMap<>(find(key));
        channels.put(channel, terms);
        put(key, channels);
    }

    @Override
    public synchronized void forget(String key, String channel) {
        Map<String, String> channels = new HashMap<>(find(key));
        channels.remove(channel);
        if (channel.isEmpty() || channels.isEmpty()) {
            byKey.remove(key);
        } else {
            put(key, channels);
        }
    }

    @Override
    public synchronized CompletionStage<Map<String, String>> load(String key) {
        Map<String, String> channels = find(key);
        if (!channels.isEmpty()) {
            put(key, channels);
        }
        return CompletableFuture.completedFuture(Map.copyOf(channels));
    }

    @Override
    public long failures() {
        return 0;
    }

    private Map<String, String> find(String key) {
        Kept kept = byKey.get(key);
        return kept != null && clockNanos.getAsLong() - kept.untilNanos() < 0
                ? kept.channels()
                : Map.of();
    }

    private void put(String key, Map<String, String> channels) {
        byKey.putLast(key, new Kept(channels, clockNanos.getAsLong() + ttlNanos));
        while (byKey.size() > MAX_KEYS) {
            byKey.pollFirstEntry();
        }
    }
}
