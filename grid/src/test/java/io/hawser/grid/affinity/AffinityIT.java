package io.hawser.grid.affinity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.devkit.RedisServer;
import io.hawser.grid.cluster.NodeId;
import io.hawser.grid.cluster.NodeStatus;
import io.lettuce.core.RedisClient;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulRedisConnection;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** Affinity on real members in one JVM, with a real Redis. */
class AffinityIT {
    private static final Duration LONG = Duration.ofSeconds(40);
    private static final ClientTraits ANN = ClientTraits.ofUser("ann");

    private final RedisServer redis = RedisServer.start();
    private final RedisClient client = RedisClient.create(redis.uri());
    private final List<AffinityNode> nodes = new ArrayList<>();

    @AfterEach
    void stop() {
        nodes.reversed().forEach(AffinityNode::close);
        client.shutdown();
        redis.close();
    }

    private AffinityNode node(String id, AffinityOptions options) {
        AffinityNode node = AffinityNode.start(id, redis.uri(), options);
        nodes.add(node);
        return node;
    }

    private void together(AffinityNode... members) {
        for (AffinityNode member : members) {
            await().atMost(LONG).until(() -> member.live().size() == members.length);
            await().atMost(LONG)
                    .until(
                            () ->
                                    member.nodes().live().stream()
                                            .allMatch(each -> each.status() == NodeStatus.ACTIVE));
        }
    }

    private static void awaitWhere(AffinityNode node, ClientTraits client, String where) {
        await().atMost(LONG).untilAsserted(() -> assertThat(node.where(client)).isEqualTo(where));
    }

    @Test
    void aClientBelongsWhereItConnectedLast() {
        AffinityNode a = node("a", AffinityOptions.DEFAULT);
        AffinityNode b = node("b", AffinityOptions.DEFAULT);
        together(a, b);
        assertThat(a.place(ANN).reason()).isEqualTo(Placement.Reason.NEW);
        assertThat(a.affinity().home(ANN)).isNull();

        a.connect(ANN);
        awaitWhere(b, ANN, "a MAPPED");
        b.connect(ANN);
        awaitWhere(a, ANN, "b MAPPED");
        // A look-up may have no answer in time.
        await().atMost(LONG).until(() -> new NodeId("b").equals(a.affinity().home(ANN)));

        // The first connection ends: that changes nothing, nor does the end of the second.
        a.disconnect(ANN, false);
        b.disconnect(ANN, false);
        await().atMost(LONG).until(() -> b.affinity().counts().waiting() == 0);
        assertThat(a.where(ANN)).isEqualTo("b MAPPED");
    }

    @Test
    void whatANodeLeftCountsAsNothingAtOnceAndIsMovedOnce() {
        AffinityNode a = node("a", AffinityOptions.DEFAULT);
        AffinityNode b = node("b", AffinityOptions.DEFAULT);
        AffinityNode c = node("c", AffinityOptions.DEFAULT);
        together(a, b, c);
        List<ClientTraits> users = users(300);
        users.forEach(c::connect);
        a.connect(ANN);
        await().atMost(LONG).until(() -> a.entries() == 301);
        var partitions = a.member().hazelcast().getPartitionService();
        await().atMost(LONG).until(partitions::isClusterSafe);
        long incarnation = c.nodes().localIncarnation();

        c.vanish();
        await().atMost(LONG).until(() -> !a.live().contains("c") && !b.live().contains("c"));
        for (ClientTraits user : users) {
            Placement placement = b.place(user);
            assertThat(placement.reason()).isEqualTo(Placement.Reason.NODE_GONE);
            assertThat(placement.node()).isNotNull();
        }

        List<Target> targets = List.of(target(a, 100), target(b, 300));
        Reassignment done = a.affinity().reassign(new NodeId("c"), incarnation, targets);
        assertThat(done.moved()).isEqualTo(300);
        assertThat(b.affinity().reassign(new NodeId("c"), incarnation, targets).moved()).isZero();
        int atB = 0;
        for (ClientTraits user : users) {
            assertThat(b.place(user).reason()).isEqualTo(Placement.Reason.MAPPED);
            atB += b.where(user).equals("b MAPPED") ? 1 : 0;
        }
        assertThat(atB).as("weight 300 of 400, of 300").isBetween(180, 270);
        assertThat(b.where(ANN)).isEqualTo("a MAPPED");
        theCopyNames(a, b, users);
    }

    /** So that they are remembered should the whole cluster be started anew. */
    private void theCopyNames(AffinityNode a, AffinityNode b, List<ClientTraits> users) {
        await().atMost(LONG).until(() -> a.affinity().counts().copyWaiting() == 0);
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            for (ClientTraits user : users) {
                String key = "hawser:{a:u:" + user.user() + "}";
                String node = Objects.requireNonNull(b.place(user).node()).id().value();
                await().atMost(LONG)
                        .untilAsserted(
                                () ->
                                        assertThat(connection.sync().get(key))
                                                .contains("\"node\":\"" + node + "\""));
                assertThat(connection.sync().pttl(key)).isBetween(80_000_000L, 86_400_000L);
            }
        }
    }

    @Test
    void theCopyOfAMovedEntryGivesWayToALaterOne() {
        try (StatefulRedisConnection<String, String> connection = client.connect();
                var other = new AffinityCopy(connection::async, Duration.ofHours(24))) {
            var mover = new AffinityCopy(connection::async, Duration.ofHours(24));
            mover.start();
            other.start();
            NodeId lost = new NodeId("c");
            AffinityEntry moved = AffinityEntry.first(lost, 1, 1_000).assigned("a", 1, 2_000);
            Duration ttl = Duration.ofHours(1);
            other.offer("older", AffinityEntry.first(lost, 1, 1_000), ttl);
            other.offer("newer", AffinityEntry.first(new NodeId("b"), 1, 2_001), ttl);
            connection.sync().set(RedisKeys.mapping("unreadable"), "{", SetArgs.Builder.ex(3_600));
            await().atMost(LONG).until(() -> keys() == 3);

            try (mover) {
                for (String key : List.of("older", "newer", "none", "unreadable")) {
                    mover.offerMoved(key, moved);
                }
                for (String key : List.of("older", "unreadable", "none")) {
                    await().atMost(LONG)
                            .untilAsserted(() -> assertThat(other.load(key)).isEqualTo(moved));
                }
                for (String key : List.of("older", "unreadable")) {
                    assertThat(connection.sync().ttl(RedisKeys.mapping(key)))
                            .isBetween(3_000L, 3_600L);
                }
                assertThat(connection.sync().ttl(RedisKeys.mapping("none")))
                        .as("nothing was known")
                        .isBetween(80_000L, 86_400L);
            }
            // A busy Redis may have no answer in time.
            await().atMost(LONG)
                    .untilAsserted(
                            () ->
                                    assertThat(other.load("newer"))
                                            .isNotNull()
                                            .returns("b", AffinityEntry::node));
            assertThat(mover.dropped()).isZero();
        }
    }

    @Test
    void whatIsMovedLeavesRoomForWhoComes() {
        var copy =
                new AffinityCopy(
                        () -> null, Duration.ofHours(24)); // not started: nothing is taken out
        AffinityEntry moved = AffinityEntry.first(new NodeId("a"), 1, 2_000);
        copy.offer("k1", AffinityEntry.first(new NodeId("b"), 1, 2_001), Duration.ofHours(1));
        for (int i = 0; i < 40_000; i++) {
            copy.offerMoved("k" + i, moved);
        }
        assertThat(copy.waiting()).isEqualTo(32_768 + 1);
        assertThat(copy.dropped()).isEqualTo(40_000 - 32_768 - 1);
        assertThat(copy.load("k1")).returns("b", AffinityEntry::node);
    }

    @Test
    void aWriteThatIsTriedAgainOverwritesNobody() {
        AffinityNode a = node("a", AffinityOptions.DEFAULT);
        AffinityNode b = node("b", AffinityOptions.DEFAULT);
        together(a, b);
        b.connect(ANN);
        awaitWhere(a, ANN, "b MAPPED");
        AffinityEntry newer = Objects.requireNonNull(a.place(ANN).entry());

        Map<String, AffinityEntry> copied = new ConcurrentHashMap<>();
        var arrivals =
                new LooseArrivals(
                        new AffinityMap(a.member().hazelcast()),
                        (key, entry, _) -> copied.put(key, entry),
                        a.nodes(),
                        Duration.ofHours(24));
        Map<String, ClientEvent.Came> came = new HashMap<>();
        for (int i = 0; i < 600; i++) {
            // Two of them at a time, each pair too long after the other for one batch.
            long atMs = newer.epoch() - 1_000 - i / 2 * (i < 100 ? 200L : 0);
            came.put("u:user-" + i, came("u:user-" + i, atMs).again());
        }
        came.put("u:ann", came("u:ann", newer.epoch() - 1_000).again());
        take(arrivals, came);
        assertThat(a.where(ANN)).as("it came to b after that").isEqualTo("b MAPPED");
        assertThat(a.place(ANN).entry()).isEqualTo(newer);
        assertThat(copied).hasSize(600).doesNotContainKey("u:ann");
        assertThat(b.where(ClientTraits.ofUser("user-599"))).isEqualTo("a MAPPED");
        take(arrivals, came);
        assertThat(a.entries()).isEqualTo(601);

        take(arrivals, Map.of("u:ann", came("u:ann", newer.epoch() - 1).again()));
        assertThat(b.where(ANN)).as("clocks do not tell").isEqualTo("a MAPPED");
        assertThat(copied.get("u:ann")).returns(newer.epoch() + 1, AffinityEntry::epoch);
    }

    /** As the writer does, again if the grid does not answer in time. */
    private static void take(LooseArrivals arrivals, Map<String, ClientEvent.Came> came) {
        Map<String, ClientEvent.Came> left = new HashMap<>(came);
        await().atMost(LONG)
                .until(
                        () -> {
                            List<ClientEvent.Came> again = arrivals.take(left);
                            left.keySet().retainAll(again.stream().map(ClientEvent::key).toList());
                            return left.isEmpty();
                        });
    }

    private static ClientEvent.Came came(String key, long atMs) {
        return new ClientEvent.Came(key, ANN, atMs, () -> {}, false);
    }

    @Test
    void aNodeThatIsBackCanTakeItsClientsAgain() {
        AffinityNode a = node("a", AffinityOptions.DEFAULT);
        AffinityNode b = node("b", AffinityOptions.DEFAULT);
        together(a, b);
        b.connect(ANN);
        awaitWhere(a, ANN, "b MAPPED");
        long before = b.nodes().localIncarnation();
        b.vanish();
        awaitWhere(a, ANN, "a NODE_GONE");
        AffinityNode again = node("b", AffinityOptions.DEFAULT);
        together(a, again);
        assertThat(again.nodes().localIncarnation()).isGreaterThan(before);
        assertThat(a.place(ANN).reason()).isEqualTo(Placement.Reason.NODE_GONE);

        List<Target> itself = List.of(target(again, 1));
        assertThat(a.affinity().reassign(new NodeId("b"), before, itself).moved()).isEqualTo(1);
        assertThat(a.where(ANN)).isEqualTo("b MAPPED");
    }

    @Test
    void aRestartOfTheWholeClusterForgetsNobody() {
        AffinityNode a = node("a", AffinityOptions.DEFAULT);
        AffinityNode b = node("b", AffinityOptions.DEFAULT);
        together(a, b);
        List<ClientTraits> users = users(200);
        for (int i = 0; i < users.size(); i++) {
            (i % 2 == 0 ? a : b).connect(users.get(i));
        }
        for (AffinityNode node : List.of(a, b)) {
            await().atMost(LONG).until(() -> node.affinity().counts().waiting() == 0);
            await().atMost(LONG).until(() -> node.affinity().counts().copyWaiting() == 0);
        }
        await().atMost(LONG).until(() -> keys() == 200);
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            long ttlMs = connection.sync().pttl("hawser:{a:u:user-0}");
            assertThat(ttlMs).isBetween(80_000_000L, 86_400_000L);
        }
        nodes.reversed().forEach(AffinityNode::vanish);
        nodes.reversed().forEach(AffinityNode::close);
        nodes.clear();

        AffinityNode b2 = node("b", AffinityOptions.DEFAULT);
        AffinityNode a2 = node("a", AffinityOptions.DEFAULT);
        together(a2, b2);
        assertThat(a2.entries()).isZero();
        for (int i = 0; i < users.size(); i++) {
            ClientTraits user = users.get(i);
            String home = (i % 2 == 0 ? "a" : "b") + " MAPPED";
            // A look-up has its answer after 400 ms, whatever happens; a busy machine needs more.
            await(user + " at " + home).atMost(LONG).until(() -> b2.where(user).equals(home));
        }
        await().atMost(LONG).until(() -> a2.entries() == 200);
    }

    @Test
    void afterASplitTheLaterConnectHolds() {
        var together = new AtomicBoolean();
        for (String id : List.of("a", "b")) {
            nodes.add(AffinityNode.start(id, redis.uri(), AffinityOptions.DEFAULT, together::get));
        }
        AffinityNode a = nodes.get(0);
        AffinityNode b = nodes.get(1);
        List<ClientTraits> users = users(60);
        List<ClientTraits> firstAtB = users.subList(0, 20);
        List<ClientTraits> firstAtA = users.subList(20, 40);
        firstAtB.forEach(b::connect);
        firstAtA.forEach(a::connect);
        users.subList(40, 50).forEach(a::connect);
        users.subList(50, 60).forEach(b::connect);
        await().atMost(LONG).until(() -> a.entries() == 30 && b.entries() == 30);
        firstAtB.forEach(a::connect);
        firstAtA.forEach(b::connect);
        await().atMost(LONG).until(() -> a.entries() == 50 && b.entries() == 50);
        assertThat(a.live()).containsExactly("a");

        together.set(true);
        together(a, b);
        for (AffinityNode node : nodes) {
            await().atMost(LONG).until(() -> node.entries() == 60);
            for (int i = 0; i < 60; i++) {
                awaitWhere(
                        node,
                        users.get(i),
                        (i < 20 || (i >= 40 && i < 50) ? "a" : "b") + " MAPPED");
            }
        }
    }

    @Test
    void redisMayBeAwayForAWhile() {
        AffinityNode a = node("a", AffinityOptions.DEFAULT);
        together(a);
        redis.kill();
        List<ClientTraits> users = users(100);
        users.forEach(a::connect);
        await().atMost(LONG).until(() -> a.affinity().counts().redisFailures() > 1);
        users.forEach(user -> assertThat(a.where(user)).isEqualTo("a MAPPED"));
        assertThat(a.place(ANN).reason()).isEqualTo(Placement.Reason.NEW);
        redis.restartEmpty();
        await().atMost(LONG).until(() -> keys() == 100);
        assertThat(a.affinity().counts().copyDropped()).isZero();
    }

    @Test
    void aMappingLivesAsLongAsItsClientAndAWhileLonger() {
        var options = new AffinityOptions(new AffinityByUserId(), Duration.ofSeconds(3), false);
        AffinityNode a = node("a", options);
        AffinityNode b = node("b", options);
        together(a, b);
        a.connect(ANN);
        awaitWhere(b, ANN, "a MAPPED");
        await().during(Duration.ofSeconds(7))
                .atMost(LONG)
                .until(() -> b.where(ANN).equals("a MAPPED"));
        a.disconnect(ANN, false);
        await().atMost(LONG)
                .until(() -> b.place(ANN).reason() == Placement.Reason.NEW && keys() == 0);
    }

    @Test
    void aSessionThatNobodyClaimsAgainIsForgottenSooner() {
        var strict = new AffinityOptions(new AffinityByUserId(), Duration.ofHours(1), true);
        AffinityNode a = node("a", strict);
        together(a);
        var anonymous = new ClientTraits("", "session-1234567890", "", "");
        a.connectFresh(anonymous);
        awaitWhere(a, anonymous, "a MAPPED");
        a.disconnect(anonymous, true);
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            await().atMost(LONG)
                    .until(
                            () ->
                                    connection.sync().pttl("hawser:{a:s:session-1234567890}")
                                            <= 300_000);
        }
        assertThat(a.where(anonymous)).isEqualTo("a MAPPED");
    }

    @Test
    void aSessionThatWasJustGivenSaysItselfWhereItBelongs() {
        AffinityNode a = node("a", AffinityOptions.DEFAULT);
        AffinityNode b = node("b", AffinityOptions.DEFAULT);
        together(a, b);
        String given = GivenSessions.newId(new NodeId("b"));
        var anonymous = new ClientTraits("", given, "", "");
        b.connectFresh(anonymous);
        assertThat(a.where(anonymous)).isEqualTo("b MAPPED");
        b.disconnect(anonymous, true);
        var ann = new ClientTraits("ann", given, "", "");
        b.connectFresh(ann);
        awaitWhere(a, ann, "b MAPPED");
        await("of the user, whom no id names").atMost(LONG).until(() -> keys() == 1);
        // Elsewhere with it: from then on that holds.
        a.connect(anonymous);
        awaitWhere(b, anonymous, "a MAPPED");
    }

    @Test
    void strictNodesSendAClientHomeOnce() {
        var strict = new AffinityOptions(new AffinityByUserId(), Duration.ofHours(1), true);
        AffinityNode a = node("a", strict);
        AffinityNode b = node("b", strict);
        AffinityNode c = node("c", strict);
        together(a, b, c);
        a.connect(ANN);
        awaitWhere(b, ANN, "a MAPPED");
        b.connect(ANN);
        await().atMost(LONG).until(() -> b.sentAway().equals(List.of(ANN)));
        assertThat(c.where(ANN)).isEqualTo("a MAPPED");
        c.connect(ANN);
        awaitWhere(b, ANN, "c MAPPED");
        assertThat(c.sentAway()).isEmpty();
        assertThat(b.affinity().counts().sentAway()).isEqualTo(1);
        assertThat(a.sentAway()).isEmpty();

        // All at once, at two nodes: each of them is sent away by one of the two at most.
        List<ClientTraits> users = users(200);
        users.forEach(a::connect);
        await().atMost(LONG).until(() -> a.affinity().counts().waiting() == 0);
        await().atMost(LONG).until(() -> c.where(users.getLast()).equals("a MAPPED"));
        users.forEach(b::connect);
        users.forEach(c::connect);
        await().atMost(LONG).until(() -> b.sentAway().size() + c.sentAway().size() >= 201);
        await().during(Duration.ofSeconds(1))
                .atMost(LONG)
                .until(() -> b.sentAway().size() + c.sentAway().size() == 201);
        assertThat(Set.copyOf(b.sentAway())).doesNotContainAnyElementsOf(c.sentAway());
    }

    @Test
    void aClientIsMoved() {
        AffinityNode a = node("a", AffinityOptions.DEFAULT);
        AffinityNode b = node("b", AffinityOptions.DEFAULT);
        together(a, b);
        a.connect(ANN);
        awaitWhere(b, ANN, "a MAPPED");
        assertThat(assigned(a, ANN, "b")).isEqualTo(Assigned.YES);
        assertThat(a.where(ANN)).isEqualTo("b MAPPED");
        assertThat(assigned(a, ANN, "z")).isEqualTo(Assigned.NOT_A_HOME);
        assertThat(assigned(a, ClientTraits.ofUser(""), "b")).isEqualTo(Assigned.NOT_REMEMBERED);
    }

    /** Asked again while the grid has no answer in time. */
    private static Assigned assigned(AffinityNode by, ClientTraits client, String node) {
        return await().atMost(LONG)
                .ignoreException(CompletionException.class)
                .until(
                        () ->
                                by.affinity()
                                        .assign(client, new NodeId(node))
                                        .toCompletableFuture()
                                        .join(),
                        _ -> true);
    }

    @Test
    void subscriptionsAreKeptForOthers() {
        AffinityNode a = node("a", AffinityOptions.DEFAULT);
        AffinityNode b = node("b", AffinityOptions.DEFAULT);
        KeptSubscriptions here = a.affinity().subscriptions();
        KeptSubscriptions there = b.affinity().subscriptions();
        here.keep("u:a{n}n%", "news", "one");
        here.keep("u:a{n}n%", "sport", "two");
        here.keep("u:bob", "news", "three");
        await().atMost(LONG)
                .until(
                        () ->
                                loaded(there, "u:a{n}n%")
                                        .equals(Map.of("news", "one", "sport", "two")));
        there.forget("u:a{n}n%", "news");
        await().atMost(LONG).until(() -> loaded(here, "u:a{n}n%").equals(Map.of("sport", "two")));
        there.forget("u:a{n}n%", "");
        await().atMost(LONG).until(() -> loaded(here, "u:a{n}n%").isEmpty());
        assertThat(loaded(here, "u:bob")).isEqualTo(Map.of("news", "three"));
    }

    private static Map<String, String> loaded(KeptSubscriptions kept, String key) {
        return await().atMost(LONG)
                .ignoreException(CompletionException.class)
                .until(() -> kept.load(key).toCompletableFuture().join(), _ -> true);
    }

    private static Target target(AffinityNode node, int weight) {
        return Target.of(node.nodes().local(), weight);
    }

    private static List<ClientTraits> users(int count) {
        List<ClientTraits> users = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            users.add(ClientTraits.ofUser("user-" + i));
        }
        return users;
    }

    /** Mappings in Redis. */
    private int keys() {
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            return connection.sync().keys("hawser:{a:*").size();
        }
    }
}
