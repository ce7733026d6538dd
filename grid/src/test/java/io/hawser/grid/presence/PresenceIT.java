package io.hawser.grid.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.grid.cluster.TestNode;
import io.hawser.grid.pubsub.ClientInfo;
import io.hawser.grid.pubsub.Payload;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** Presence on two nodes in one JVM. */
class PresenceIT {
    private static final Duration LONG = Duration.ofSeconds(40);

    private final TestNode a = TestNode.plan("a").start();
    private final TestNode b = TestNode.plan("b").seed(a).start();

    @BeforeEach
    void bothAreThere() {
        await().atMost(LONG).until(() -> a.live().size() == 2 && b.live().size() == 2);
    }

    @AfterEach
    void stop() {
        b.close();
        a.close();
    }

    @Test
    void ownClientsAreSeenAtOnceAndOthersSoon() {
        a.enter("news", "c1");
        assertThat(a.clients("news")).containsExactly("c1");
        b.enter("news", "c2");
        for (TestNode node : List.of(a, b)) {
            await().atMost(LONG).until(() -> node.clients("news").equals(Set.of("c1", "c2")));
        }
        a.presence().remove("news", "c1");
        assertThat(a.clients("news")).doesNotContain("c1");
        await().atMost(LONG).until(() -> b.clients("news").equals(Set.of("c2")));
        assertThat(b.clients("other")).isEmpty();
        assertThat(a.lost()).isEmpty();
        assertThat(b.lost()).isEmpty();
    }

    @Test
    void informationArrivesWhole() {
        ClientInfo info = TestNode.info("c1");
        a.presence().add("news", info, true);
        await().atMost(LONG)
                .untilAsserted(
                        () ->
                                assertThat(
                                                b.presence()
                                                        .members("news")
                                                        .toCompletableFuture()
                                                        .join())
                                        .isEqualTo(Map.of("c1", info)));
        ClientInfo changed = new ClientInfo("someone", "c1", Payload.EMPTY, Payload.EMPTY);
        a.presence().add("news", changed, true);
        await().atMost(LONG)
                .until(
                        () ->
                                b.presence()
                                        .members("news")
                                        .toCompletableFuture()
                                        .join()
                                        .equals(Map.of("c1", changed)));
    }

    @Test
    void statsCountClientsAndUsers() {
        a.presence().add("news", user("c1", "ann"), false);
        a.presence().add("news", user("c2", "ann"), false);
        b.presence().add("news", user("c3", "bob"), false);
        await().atMost(LONG)
                .until(
                        () ->
                                b.presence()
                                        .stats("news")
                                        .toCompletableFuture()
                                        .join()
                                        .equals(new PresenceStats(3, 2)));
    }

    /** Four threads change clients at random; the grid ends up with what is true at the end. */
    @Test
    void theGridFollowsManyChanges() throws InterruptedException {
        long seed = System.nanoTime();
        System.out.println("PresenceIT seed " + seed);
        Map<String, Set<String>> truth = new ConcurrentHashMap<>();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            int thread = t;
            threads.add(
                    Thread.ofPlatform()
                            .start(() -> change(new Random(seed + thread), thread, truth)));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        for (int c = 0; c < 20; c++) {
            String channel = "channel-" + c;
            Set<String> expected = truth.getOrDefault(channel, Set.of());
            // A busy machine may take longer for an answer than a caller waits.
            await().atMost(LONG)
                    .ignoreException(IllegalStateException.class)
                    .until(() -> b.clients(channel).equals(new TreeSet<>(expected)));
        }
        assertThat(a.presence().failures()).isZero();
    }

    @Test
    void whatWasLostOrStrayIsRepaired() {
        a.enter("news", "c1");
        await().atMost(LONG).until(() -> b.clients("news").size() == 1);
        var map = a.member().hazelcast().<PresenceKey, PresenceEntry>getMap("presence");
        map.clear();
        map.set(
                new PresenceKey("news", "a", a.registry().localIncarnation(), "stray"),
                new PresenceEntry("u", new byte[0], new byte[0], true));
        assertThat(b.clients("news")).containsExactly("stray");
        a.presence().assertAll();
        await().atMost(LONG).until(() -> b.clients("news").equals(Set.of("c1")));
        assertThat(map.keySet()).hasSize(1);
    }

    @Test
    void entriesOfUnknownAndPastLivesDoNotCount() {
        var map = a.member().hazelcast().<PresenceKey, PresenceEntry>getMap("presence");
        var entry = new PresenceEntry("u", new byte[0], new byte[0], true);
        map.set(new PresenceKey("news", "nobody", 1, "x"), entry);
        map.set(new PresenceKey("news", "b", 0, "y"), entry);
        assertThat(a.clients("news")).isEmpty();
        a.presence().nodeGone("b");
        await().atMost(LONG).until(() -> a.lost().equals(List.of("news/y")));
        assertThat(map.keySet()).extracting(PresenceKey::client).containsExactly("x");
    }

    private void change(Random random, int thread, Map<String, Set<String>> truth) {
        for (int i = 0; i < 5_000; i++) {
            String channel = "channel-" + random.nextInt(20);
            String client = "c" + thread + "-" + random.nextInt(30);
            Set<String> members =
                    truth.computeIfAbsent(channel, _ -> ConcurrentHashMap.newKeySet());
            if (random.nextBoolean()) {
                members.add(client);
                a.enter(channel, client);
            } else {
                members.remove(client);
                a.presence().remove(channel, client);
            }
        }
    }

    private static ClientInfo user(String client, String user) {
        ClientInfo info = TestNode.info(client);
        return new ClientInfo(user, client, info.connInfo(), info.chanInfo());
    }
}
