package io.hawser.grid.presence;

import com.hazelcast.config.IndexConfig;
import com.hazelcast.config.IndexType;
import com.hazelcast.config.MapConfig;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import com.hazelcast.query.Predicates;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The grid's map of counters: which node has how many members of a channel. A question names the
 * lives it is about, so it costs as much as there are nodes, however many members there are. Every
 * method blocks: not for I/O threads. Thread-safe.
 */
final class ShareMap implements ShareStore {
    private static final String NAME = "presence-shares";

    /** Of a write of some hundred entries. */
    private static final long WRITE_TIMEOUT_MS = 2_000;

    /** Of a question about one channel: somebody waits. */
    private static final long READ_TIMEOUT_MS = 500;

    private static final long SURVEY_TIMEOUT_MS = 2_000;

    private final IMap<ShareKey, Share> map;

    ShareMap(HazelcastInstance hazelcast) {
        this.map = hazelcast.getMap(NAME);
    }

    static MapConfig config() {
        MapConfig config = new MapConfig(NAME).setBackupCount(1);
        config.setStatisticsEnabled(false).setPerEntryStatsEnabled(false);
        config.addIndexConfig(new IndexConfig(IndexType.HASH, "__key.node"));
        config.getMergePolicyConfig().setPolicy(NewestShare.class.getName());
        return config;
    }

    /** The shares of one channel that these lives have. */
    Map<NodeLife, Share> of(String channel, List<NodeLife> lives) {
        Map<NodeLife, Share> shares = new HashMap<>();
        of(Set.of(channel), lives, READ_TIMEOUT_MS)
                .forEach((key, share) -> shares.put(key.life(), share));
        return shares;
    }

    /** The shares of several channels; costs channels times lives. For tasks that have time. */
    @Override
    public Map<ShareKey, Share> of(Collection<String> channels, List<NodeLife> lives) {
        return of(channels, lives, SURVEY_TIMEOUT_MS);
    }

    /** Not getAll, which waits as long as it pleases. */
    private Map<ShareKey, Share> of(
            Collection<String> channels, List<NodeLife> lives, long timeoutMs) {
        Set<ShareKey> keys = HashSet.newHashSet(channels.size() * lives.size());
        for (String channel : channels) {
            lives.forEach(life -> keys.add(ShareKey.of(channel, life)));
        }
        if (keys.isEmpty()) {
            return Map.of();
        }
        Map<ShareKey, CompletionStage<Share>> reads = new HashMap<>();
        keys.forEach(key -> reads.put(key, map.getAsync(key)));
        return collect(reads, timeoutMs);
    }

    private static Map<ShareKey, Share> collect(
            Map<ShareKey, CompletionStage<Share>> reads, long timeoutMs) {
        GridWait.await(
                CompletableFuture.allOf(
                        reads.values().stream()
                                .map(CompletionStage::toCompletableFuture)
                                .toArray(CompletableFuture[]::new)),
                timeoutMs);
        Map<ShareKey, Share> found = new HashMap<>();
        reads.forEach(
                (key, read) -> {
                    Share share = read.toCompletableFuture().join();
                    if (share != null) {
                        found.put(key, share);
                    }
                });
        return found;
    }

    @Override
    public Set<ShareKey> keysOfNode(String node) {
        return map.keySet(Predicates.equal("__key.node", node));
    }

    Set<ShareKey> keys() {
        return map.keySet();
    }

    @Override
    public void write(Map<ShareKey, Share> present, Set<ShareKey> absent) {
        if (!present.isEmpty()) {
            GridWait.await(map.setAllAsync(present), WRITE_TIMEOUT_MS);
        }
        if (!absent.isEmpty()) {
            GridWait.await(map.submitToKeys(absent, new RemoveEntry<>()), WRITE_TIMEOUT_MS);
        }
    }
}
