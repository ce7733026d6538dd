package io.hawser.grid.affinity;

import io.hawser.grid.cluster.ClusterEvent;
import io.hawser.grid.cluster.ClusterKey;
import io.hawser.grid.cluster.GridMember;
import io.hawser.grid.cluster.GridSettings;
import io.hawser.grid.cluster.HeartbeatSettings;
import io.hawser.grid.cluster.NodeDirectory;
import io.hawser.grid.cluster.NodeId;
import io.hawser.grid.cluster.NodeLoad;
import io.hawser.grid.cluster.NodeProfile;
import io.hawser.grid.cluster.NodeStatus;
import io.hawser.grid.cluster.RedisNodeDirectory;
import io.hawser.grid.cluster.Registry;
import io.hawser.grid.redis.RedisConnections;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;

/** A member of a grid with affinity, found through a real Redis. */
final class AffinityNode implements AutoCloseable {
    /** Half a minute's, if each has no answer. */
    private static final int QUESTIONS = 75;

    private final RedisConnections redis;
    private final GridMember member;
    private final Affinity affinity;
    private final Set<ClientTraits> here = ConcurrentHashMap.newKeySet();
    private final List<ClusterEvent> events = new CopyOnWriteArrayList<>();
    private final List<ClientTraits> sentAway = new CopyOnWriteArrayList<>();

    /** The directory in Redis, in which a node may find nobody for a while. */
    private record Directory(NodeDirectory redis, BooleanSupplier finds) implements NodeDirectory {
        @Override
        public @Nullable String put(NodeId id, String json, Duration ttl) {
            return redis.put(id, json, ttl);
        }

        @Override
        public Map<String, String> list() {
            return finds.getAsBoolean() ? redis.list() : Map.of();
        }

        @Override
        public void remove(NodeId id) {
            redis.remove(id);
        }

        @Override
        public void lives(NodeId id, long incarnation) {
            redis.lives(id, incarnation);
        }

        @Override
        public long lastLife(NodeId id) {
            return redis.lastLife(id);
        }
    }

    private AffinityNode(
            String id, String redisUri, AffinityOptions options, BooleanSupplier finds) {
        redis = new RedisConnections(redisUri);
        redis.start();
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(redis::isUp);
        var settings =
                new GridSettings(
                        new NodeProfile(
                                new NodeId(id), "127.0.0.1", 8000, 9000, "", "", 100, "test"),
                        new ClusterKey("affinity-test", "secret"),
                        "127.0.0.1",
                        0,
                        HeartbeatSettings.DEFAULT,
                        List.of(),
                        "redis",
                        List.of(Affinity.mapConfig(options)),
                        List.of(Affinity.serializer()));
        member =
                GridMember.start(
                        settings,
                        new Directory(new RedisNodeDirectory(redis.textCommands()), finds),
                        null,
                        () -> new NodeLoad(here.size(), 1_000_000, 0, 0, 0, 0),
                        why -> System.out.println("EXPELLED " + why.getMessage()));
        member.registry().listen(events::add);
        affinity =
                new Affinity(member.hazelcast(), member.registry(), redis.textCommands(), options);
        affinity.start(() -> here.stream().map(each -> "" + options.strategy().key(each)).toList());
        member.registry().become(NodeStatus.ACTIVE);
    }

    static AffinityNode start(String id, String redisUri, AffinityOptions options) {
        return start(id, redisUri, options, () -> true);
    }

    /**
     * @param finds whether it finds other nodes now
     */
    static AffinityNode start(
            String id, String redisUri, AffinityOptions options, BooleanSupplier finds) {
        return new AffinityNode(id, redisUri, options, finds);
    }

    GridMember member() {
        return member;
    }

    Registry nodes() {
        return member.registry();
    }

    Affinity affinity() {
        return affinity;
    }

    List<ClusterEvent> events() {
        return events;
    }

    /** Clients that were told to reconnect. */
    List<ClientTraits> sentAway() {
        return sentAway;
    }

    void connect(ClientTraits client) {
        here.add(client);
        affinity.connected(client, false, () -> sentAway.add(client));
    }

    /** With a session id that it was given with this connection. */
    void connectFresh(ClientTraits client) {
        affinity.connected(client, true, () -> sentAway.add(client));
    }

    void disconnect(ClientTraits client, boolean fresh) {
        here.remove(client);
        affinity.disconnected(client, fresh);
    }

    /** Asked again while the grid has no answer in time: a busy machine needs longer. */
    Placement place(ClientTraits client) {
        Placement placement = affinity.place(client).toCompletableFuture().join();
        for (int i = 1; i < QUESTIONS && placement.reason() == Placement.Reason.NO_ANSWER; i++) {
            placement = affinity.place(client).toCompletableFuture().join();
        }
        return placement;
    }

    /** The node named for a client, and why: {@code n1 MAPPED}. */
    String where(ClientTraits client) {
        Placement placement = place(client);
        String node = placement.node() == null ? "-" : placement.node().id().value();
        return node + " " + placement.reason();
    }

    /** Ids of the nodes that are live in its copy of the registry. */
    Set<String> live() {
        Set<String> ids = new TreeSet<>();
        nodes().live().forEach(node -> ids.add(node.id().value()));
        return ids;
    }

    int entries() {
        return member.hazelcast().getMap("affinity").size();
    }

    /** Gone without a goodbye, as far as that goes in one process. */
    void vanish() {
        member.hazelcast().getLifecycleService().terminate();
    }

    @Override
    public void close() {
        affinity.close();
        member.close();
        redis.close();
    }
}
