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
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The grid's roll of users: on which nodes each one is, in small channels that are told of users
 * instead of clients. One entry has all of a user's nodes, so which node was the first and which
 * the last is decided where the entry is. Every method blocks: not for I/O threads. Thread-safe.
 */
final class UserMap implements UserStore {
    private static final String NAME = "presence-users";

    /** Of a write of some hundred entries. */
    private static final long WRITE_TIMEOUT_MS = 2_000;

    private final IMap<UserKey, UserEntry> map;

    UserMap(HazelcastInstance hazelcast) {
        this.map = hazelcast.getMap(NAME);
    }

    static MapConfig config() {
        MapConfig config = new MapConfig(NAME).setBackupCount(1);
        config.setStatisticsEnabled(false).setPerEntryStatsEnabled(false);
        config.addIndexConfig(new IndexConfig(IndexType.HASH, "nodes[any]"));
        config.getMergePolicyConfig().setPolicy(JoinedUsers.class.getName());
        return config;
    }

    @Override
    public Set<UserKey> ofLife(NodeLife life) {
        Map<UserKey, UserEntry> entries = ofNode(life.node());
        entries.values().removeIf(entry -> !entry.isOn(Set.of(life)));
        return entries.keySet();
    }

    /** Users that are on any life of the node. */
    Map<UserKey, UserEntry> ofNode(String node) {
        Map<UserKey, UserEntry> entries = new HashMap<>();
        map.entrySet(Predicates.equal("nodes[any]", node))
                .forEach(entry -> entries.put(entry.getKey(), entry.getValue()));
        return entries;
    }

    Collection<UserEntry> all() {
        return map.values();
    }

    @Override
    public Set<UserKey> write(
            NodeLife life, Map<UserKey, UserHere> here, Collection<UserKey> gone) {
        Set<UserKey> alone = new HashSet<>();
        Map<UserKey, CompletableFuture<Boolean>> came = HashMap.newHashMap(here.size());
        here.forEach(
                (key, user) ->
                        came.put(
                                key,
                                map.submitToKey(key, new HereEntry(life, user))
                                        .toCompletableFuture()));
        CompletionStage<Void> all =
                CompletableFuture.allOf(came.values().toArray(CompletableFuture[]::new));
        GridWait.await(all, WRITE_TIMEOUT_MS);
        came.forEach(
                (key, first) -> {
                    if (first.join()) {
                        alone.add(key);
                    }
                });
        if (!gone.isEmpty()) {
            // Without an entry too: perhaps this node has asked before and did not hear the answer.
            alone.addAll(remove(new HashSet<>(gone), Set.of(life)).keySet());
        }
        return alone;
    }

    /**
     * The users are not on these nodes any more.
     *
     * @return those who are on no node now, with what was known of them; each to one caller only
     */
    Map<UserKey, UserEntry> take(Set<UserKey> keys, Set<NodeLife> lives) {
        Map<UserKey, UserEntry> taken = remove(keys, lives);
        taken.values().removeIf(entry -> entry.lives().isEmpty());
        return taken;
    }

    private Map<UserKey, UserEntry> remove(Set<UserKey> keys, Set<NodeLife> lives) {
        Map<UserKey, UserEntry> nowhere = new HashMap<>();
        GridWait.await(map.submitToKeys(keys, new GoneEntry(lives)), WRITE_TIMEOUT_MS)
                .forEach(
                        (key, entry) -> {
                            if (entry != null) {
                                nowhere.put(key, entry);
                            }
                        });
        return nowhere;
    }
}
