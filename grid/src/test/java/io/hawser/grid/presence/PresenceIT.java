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
        a.leave("news", "c1");
        assertThat(a.clients("news")).doesNotContain("c1");
        await().atMost(LONG).until(() -> b.clients("news").equals(Set.of("c2")));
        assertThat(b.clients("other")).isEmpty();
        assertThat(a.lost()).isEmpty();
        assertThat(b.lost()).isEmpty();
        await().atMost(LONG).until(() -> a.told().equals(List.of("+news/c1", "-news/c1")));
        await().atMost(LONG).until(() -> b.told().equals(List.of("+news/c2")));
    }

    @Test
    void informationArrivesWhole() {
        ClientInfo info = TestNode.info("c1");
        a.enter("news", info, 0);
        await().atMost(LONG).until(() -> seen("news").equals(Map.of("c1", info)));
        ClientInfo changed = new ClientInfo("someone", "c1", Payload.EMPTY, Payload.EMPTY);
        a.enter("news", changed, 0);
        await().atMost(LONG).until(() -> seen("news").equals(Map.of("c1", changed)));
    }

    private Map<String, ClientInfo> seen(String channel) {
        return switch (b.members(channel, 10)) {
            case MemberList.Complete all -> all.byClient();
            case MemberList.TooMany many -> throw new AssertionError("there are " + many);
        };
    }

    @Test
    void statsCountClientsAndUsersOfBothNodesOnce() {
        a.enter("news", user("c1", "ann"), 0);
        a.enter("news", user("c2", "ann"), 0);
        a.enter("news", user("c3", "eve"), 0);
        b.enter("news", user("c4", "bob"), 0);
        b.enter("news", user("c5", "ann"), 0);
        a.presence().enter("news", user("h", "hidden"), false, Announcement.NEVER, () -> {});
        for (TestNode node : List.of(a, b)) {
            await().atMost(LONG).until(() -> node.stats("news").equals(new PresenceStats(5, 3)));
        }
        a.leave("news", "c1");
        a.leave("news", "c3");
        for (TestNode node : List.of(a, b)) {
            await().atMost(LONG).until(() -> node.stats("news").equals(new PresenceStats(3, 2)));
        }
        assertThat(b.clients("news")).containsExactly("c2", "c4", "c5");
    }

    @Test
    void tooManyAreCountedAndToldPageByPage() {
        for (int i = 0; i < 2_500; i++) {
            (i % 3 == 0 ? a : b).enter("news", TestNode.info("c%04d".formatted(i)), 0);
        }
        await().atMost(LONG).until(() -> a.stats("news").clients() == 2_500);
        assertThat(a.members("news", 2_499)).isEqualTo(new MemberList.TooMany(2_500));
        // More than one answer of b.
        assertThat(a.clients("news")).hasSize(2_500);
        List<String> clients = new ArrayList<>();
        String cursor = "";
        while (cursor != null) {
            MemberPage page = a.page("news", cursor, 700);
            page.members().forEach(located -> clients.add(located.info().client()));
            assertThat(page.missing()).isEmpty();
            assertThat(page.stats().clients()).isEqualTo(2_500);
            cursor = page.next();
        }
        assertThat(clients).hasSize(2_500).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void aLargeChannelIsQuietAndHasNoRoll() {
        for (int i = 0; i < 10; i++) {
            (i % 2 == 0 ? a : b).enter("news", TestNode.info("c" + i), 10);
        }
        await().atMost(LONG).until(() -> a.told().size() + b.told().size() == 10);
        await().atMost(LONG).until(() -> a.roll() == 10 && a.stats("news").clients() == 10);

        a.enter("news", TestNode.info("eleventh"), 10);
        await().atMost(LONG).until(() -> a.roll() == 5);
        int toldBefore = a.told().size();
        a.enter("news", TestNode.info("more"), 10);
        a.leave("news", "more");
        assertThat(a.told()).hasSize(toldBefore);
        // b hears of it when it next writes.
        b.enter("news", TestNode.info("twelfth"), 10);
        await().atMost(LONG).until(() -> a.roll() == 0);
        a.leave("news", "eleventh");
        assertThat(a.told()).hasSize(toldBefore);

        b.leave("news", "twelfth");
        a.leave("news", "c0");
        b.leave("news", "c1");
        // Nine of ten: small again, on each node once it has heard.
        await().atMost(LONG).until(() -> a.roll() == 8);
        // What a last heard of b may still be with "twelfth": then its next coming is not told yet,
        // but a hears anew.
        await().atMost(LONG)
                .until(
                        () -> {
                            a.enter("news", TestNode.info("again"), 10);
                            a.leave("news", "again");
                            return a.told().contains("+news/again");
                        });
    }

    @Test
    void aUserComesOnceAndGoesOnceWhicheverNodesItIsOn() {
        a.enterUser("news", user("c1", "ann"));
        await().atMost(LONG).until(() -> a.told().equals(List.of("+news/ann")));
        b.enterUser("news", user("c2", "ann"));
        b.enterUser("news", user("c3", "bob"));
        await().atMost(LONG).until(() -> b.told().equals(List.of("+news/bob")));
        await().atMost(LONG).until(() -> a.users() == 2 && b.presence().counts().waiting() == 0);
        a.leaveUser("news", user("c1", "ann"));
        await().atMost(LONG).until(() -> a.presence().counts().waiting() == 0);
        b.leaveUser("news", user("c2", "ann"));
        await().atMost(LONG).until(() -> b.told().equals(List.of("+news/bob", "-news/ann")));
        assertThat(a.told()).containsExactly("+news/ann");
        assertThat(a.roll()).as("clients").isZero();
        assertThat(a.users()).isEqualTo(1);
    }

    @Test
    void aUserOfALostNodeHasGoneOnlyIfItIsNowhereElse() {
        var users = a.member().hazelcast().<UserKey, UserEntry>getMap("presence-users");
        a.enterUser("news", user("c1", "ann"));
        await().atMost(LONG).until(() -> a.users() == 1);
        var lost = new NodeLife("b", 0);
        var here = new UserHere(user("c2", "ann"), 100);
        users.set(
                new UserKey("news", "ann"),
                UserEntry.with(users.get(new UserKey("news", "ann")), lost, here));
        users.set(new UserKey("news", "bob"), UserEntry.with(null, lost, here));
        a.presence().nodeGone("b");
        await().atMost(LONG).until(() -> users.size() == 1);
        await().atMost(LONG).until(() -> a.lost().equals(List.of("news/c2")));
        assertThat(users.values())
                .singleElement()
                .extracting(UserEntry::lives)
                .isEqualTo(List.of(new NodeLife("a", a.registry().localIncarnation())));
        // What is no longer true goes when all is written anew.
        var own = new NodeLife("a", a.registry().localIncarnation());
        users.set(new UserKey("news", "eve"), UserEntry.with(null, own, here));
        a.presence().assertAll();
        await().atMost(LONG).until(() -> users.size() == 1);
        assertThat(a.told()).containsExactly("+news/ann");
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
        int all = truth.values().stream().mapToInt(Set::size).sum();
        for (int c = 0; c < 20; c++) {
            String channel = "channel-" + c;
            Set<String> members = new TreeSet<>(truth.getOrDefault(channel, Set.of()));
            int expected = members.size();
            await().atMost(LONG)
                    .until(() -> b.stats(channel).equals(new PresenceStats(expected, expected)));
            // A busy machine may take longer for an answer than a caller waits.
            await().atMost(LONG)
                    .ignoreException(IllegalStateException.class)
                    .until(() -> b.clients(channel).equals(members));
        }
        await().atMost(LONG).until(() -> b.roll() == all);
        assertThat(a.presence().counts().members()).isEqualTo(all);
    }

    @Test
    void whatWasLostOrStrayIsRepaired() {
        a.enter("news", "c1");
        await().atMost(LONG).until(() -> b.clients("news").size() == 1 && a.roll() == 1);
        var shares = a.member().hazelcast().<ShareKey, Share>getMap("presence-shares");
        var roll = a.member().hazelcast().<RollKey, RollEntry>getMap("presence-roll");
        shares.clear();
        roll.clear();
        long life = a.registry().localIncarnation();
        shares.set(new ShareKey("stray", "a", life), ShareTest.share(1, "u"));
        roll.set(
                new RollKey("news", "a", life, "stray"),
                new RollEntry("u", new byte[0], new byte[0], 100));
        a.presence().assertAll();
        await().atMost(LONG).until(() -> b.clients("news").equals(Set.of("c1")));
        await().atMost(LONG).until(() -> shares.size() == 1 && roll.size() == 1);
        assertThat(b.stats("stray")).isEqualTo(new PresenceStats(0, 0));
        assertThat(roll.keySet()).extracting(RollKey::client).containsExactly("c1");
    }

    @Test
    void sharesOfUnknownAndPastLivesDoNotCount() {
        var shares = a.member().hazelcast().<ShareKey, Share>getMap("presence-shares");
        var roll = a.member().hazelcast().<RollKey, RollEntry>getMap("presence-roll");
        shares.set(new ShareKey("news", "nobody", 1), ShareTest.share(1, "u"));
        shares.set(new ShareKey("news", "b", 0), ShareTest.share(1, "u"));
        var entry = new RollEntry("u", new byte[0], new byte[0], 100);
        roll.set(new RollKey("news", "b", 0, "y"), entry);
        roll.set(new RollKey("large", "b", 0, "z"), entry);
        shares.set(
                new ShareKey("large", "b", 0), Share.of(1, 101, 1, 0, UserSketch.of(List.of("u"))));
        assertThat(a.stats("news")).isEqualTo(new PresenceStats(0, 0));
        assertThat(a.clients("news")).isEmpty();
        a.presence().nodeGone("b");
        await().atMost(LONG).until(() -> roll.isEmpty() && shares.size() == 1);
        // Of a channel that was too large nothing is told.
        await().atMost(LONG).until(() -> a.lost().equals(List.of("news/y")));
        assertThat(shares.keySet()).extracting(ShareKey::node).containsExactly("nobody");
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
                a.leave(channel, client);
            }
        }
    }

    private static ClientInfo user(String client, String user) {
        ClientInfo info = TestNode.info(client);
        return new ClientInfo(user, client, info.connInfo(), info.chanInfo());
    }
}
