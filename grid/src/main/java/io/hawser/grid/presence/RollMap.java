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

/**
 * The grid's roll: the clients of small channels whose coming and going are told, so that somebody
 * can tell of them when their node is lost. Presence itself is not read from it. Every method
 * blocks: not for I/O threads. Thread-safe.
 */
final class RollMap implements RollStore {
    private static final String NAME = "presence-roll";

    /** Of a write of some hundred entries. */
    private static final long WRITE_TIMEOUT_MS = 2_000;

    private final IMap<RollKey, RollEntry> map;

    RollMap(HazelcastInstance hazelcast) {
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

    @Override
    public Set<RollKey> keysOfNode(String node) {
        return map.keySet(Predicates.equal("__key.node", node));
    }

    Map<RollKey, RollEntry> ofNode(String node) {
        Map<RollKey, RollEntry> entries = new HashMap<>();
        map.entrySet(Predicates.equal("__key.node", node))
                .forEach(entry -> entries.put(entry.getKey(), entry.getValue()));
        return entries;
    }

    Set<RollKey> keys() {
        return map.keySet();
    }

    /** Removes the entries and returns those that were there, each to one caller only. */
    Map<RollKey, RollEntry> take(Set<RollKey> keys) {
        Map<RollKey, RollEntry> taken = new HashMap<>();
        GridWait.await(map.submitToKeys(keys, new TakeEntry()), WRITE_TIMEOUT_MS)
                .forEach(
                        (key, entry) -> {
                            if (entry != null) {
                                taken.put(key, entry);
                            }
                        });
        return taken;
    }

    @Override
    public void write(Map<RollKey, RollEntry> present, Set<RollKey> absent) {
        if (!present.isEmpty()) {
            GridWait.await(map.setAllAsync(present), WRITE_TIMEOUT_MS);
        }
        if (!absent.isEmpty()) {
            GridWait.await(map.submitToKeys(absent, new RemoveEntry<>()), WRITE_TIMEOUT_MS);
        }
    }
}
