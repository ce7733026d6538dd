package io.hawser.grid.presence;

import com.hazelcast.config.IndexConfig;
import com.hazelcast.config.IndexType;
import com.hazelcast.config.MapConfig;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import com.hazelcast.query.Predicates;
import com.hazelcast.spi.merge.PassThroughMergePolicy;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The map of all nodes' clients, with waits that end. Every method blocks: not for I/O threads.
 * Thread-safe.
 */
final class PresenceMap {
    private static final String NAME = "presence";

    /** Of a write of up to two thousand entries. */
    private static final long WRITE_TIMEOUT_MS = 2_000;

    private final IMap<PresenceKey, PresenceEntry> map;

    PresenceMap(HazelcastInstance hazelcast) {
        this.map = hazelcast.getMap(NAME);
    }

    static MapConfig config() {
        MapConfig config = new MapConfig(NAME).setBackupCount(1);
        config.setStatisticsEnabled(false).setPerEntryStatsEnabled(false);
        config.addIndexConfig(new IndexConfig(IndexType.HASH, "__key.node"));
        // A key names one client of one life of one node: two halves cannot differ about it.
        config.getMergePolicyConfig().setPolicy(PassThroughMergePolicy.class.getName());
        return config;
    }

    Map<PresenceKey, PresenceEntry> ofChannel(String channel) {
        return collect(
                map.entrySet(
                        Predicates.partitionPredicate(
                                channel, Predicates.equal("__key.channel", channel))));
    }

    Set<PresenceKey> keysOfNode(String node) {
        return map.keySet(Predicates.equal("__key.node", node));
    }

    Set<PresenceKey> keys() {
        return map.keySet();
    }

    /** Removes the entries and returns those that were there, each to one caller only. */
    Map<PresenceKey, PresenceEntry> take(Set<PresenceKey> keys) {
        Map<PresenceKey, PresenceEntry> taken = new HashMap<>();
        await(map.submitToKeys(keys, new TakeEntry()))
                .forEach(
                        (key, entry) -> {
                            if (entry != null) {
                                taken.put(key, entry);
                            }
                        });
        return taken;
    }

    void write(Map<PresenceKey, PresenceEntry> present, Set<PresenceKey> absent) {
        if (!present.isEmpty()) {
            await(map.setAllAsync(present));
        }
        if (!absent.isEmpty()) {
            await(map.submitToKeys(absent, new RemoveEntry()));
        }
    }

    private static Map<PresenceKey, PresenceEntry> collect(
            Set<Map.Entry<PresenceKey, PresenceEntry>> entries) {
        Map<PresenceKey, PresenceEntry> collected = HashMap.newHashMap(entries.size());
        entries.forEach(entry -> collected.put(entry.getKey(), entry.getValue()));
        return collected;
    }

    private static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(WRITE_TIMEOUT_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PresenceException("interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new PresenceException("the grid's presence map failed", e);
        }
    }
}
