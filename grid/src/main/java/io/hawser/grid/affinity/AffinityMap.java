package io.hawser.grid.affinity;

import com.hazelcast.config.EvictionConfig;
import com.hazelcast.config.EvictionPolicy;
import com.hazelcast.config.IndexConfig;
import com.hazelcast.config.IndexType;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MaxSizePolicy;
import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import com.hazelcast.query.Predicates;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The grid's map of clients' keys to their nodes, with waits that end: after half a second a call
 * fails, if nothing else is said, though what it asked for may still be done. Every method blocks:
 * not for I/O threads. Thread-safe.
 */
final class AffinityMap {
    private static final String NAME = "affinity";
    private static final String NODE = "node";

    /** Entries that a member owns at most, about 80 MB and its backups as much again. */
    private static final int MAX_ENTRIES = 500_000;

    private static final long READ_TIMEOUT_MS = 300;
    private static final long WRITE_TIMEOUT_MS = 500;

    /** A little longer than Hazelcast takes to say that it cannot. */
    private static final long SWAP_TIMEOUT_MS = 6_000;

    private final IMap<String, AffinityEntry> map;

    AffinityMap(HazelcastInstance hazelcast) {
        this.map = hazelcast.getMap(NAME);
    }

    static MapConfig config(Duration ttl) {
        MapConfig config = new MapConfig(NAME).setBackupCount(1);
        config.setStatisticsEnabled(false).setPerEntryStatsEnabled(false);
        config.setTimeToLiveSeconds((int) Math.min(Integer.MAX_VALUE, ttl.toSeconds()));
        config.setEvictionConfig(
                new EvictionConfig()
                        .setMaxSizePolicy(MaxSizePolicy.PER_NODE)
                        .setEvictionPolicy(EvictionPolicy.LRU)
                        .setSize(MAX_ENTRIES));
        config.addIndexConfig(new IndexConfig(IndexType.HASH, NODE));
        config.getMergePolicyConfig().setPolicy(EpochMergePolicy.class.getName());
        return config;
    }

    @Nullable AffinityEntry get(String key) {
        return await(map.getAsync(key), READ_TIMEOUT_MS);
    }

    /** Writes all of them, whatever was there. */
    void store(Map<String, AffinityEntry> entries) {
        await(map.setAllAsync(entries), WRITE_TIMEOUT_MS);
    }

    void store(String key, AffinityEntry entry) {
        await(map.setAsync(key, entry), WRITE_TIMEOUT_MS);
    }

    /**
     * Writes an entry unless it was changed meanwhile. Waits longer than other calls do, until it
     * is sure: if it was done though nobody waited for the answer, the entry would look like
     * somebody else's afterwards.
     *
     * @param expected what was read; null if nothing was there
     * @return false if something else was found
     */
    boolean swap(String key, @Nullable AffinityEntry expected, AffinityEntry next) {
        return Boolean.TRUE.equals(
                await(map.submitToKey(key, new SwapEntry(expected, next)), SWAP_TIMEOUT_MS));
    }

    /** The entries that are this node's now, by key. */
    Map<String, AffinityEntry> arrive(Set<String> keys, ArriveEntry arrive) {
        return await(map.submitToKeys(keys, arrive), WRITE_TIMEOUT_MS);
    }

    /** The entries that were this node's and live on, by key. */
    Map<String, AffinityEntry> touch(Set<String> keys, TouchEntry touch) {
        return await(map.submitToKeys(keys, touch), WRITE_TIMEOUT_MS);
    }

    /**
     * Gives all entries of a node to others. Blocks until it is done, up to Hazelcast's own five
     * seconds if a member hangs.
     *
     * @return how many
     */
    int reassign(String node, long incarnation, List<Target> targets, long nowMs) {
        try {
            return map.executeOnEntries(
                            new ReassignEntry(node, incarnation, targets, nowMs),
                            Predicates.equal(NODE, node))
                    .size();
        } catch (HazelcastException e) {
            throw new AffinityException("the entries of " + node + " could not be moved", e);
        }
    }

    private static <T> T await(CompletionStage<T> stage, long timeoutMs) {
        try {
            return stage.toCompletableFuture().get(timeoutMs, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AffinityException("interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new AffinityException("the grid's affinity map does not answer", e);
        }
    }
}
