package io.hawser.grid.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.hawser.grid.cluster.ClusterEvent.NodeJoined;
import io.hawser.grid.cluster.ClusterEvent.NodeLeft;
import io.hawser.grid.presence.PresenceStats;
import io.hawser.grid.pubsub.Payload;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/** Grids of a few members in one JVM, on loopback. */
@Execution(ExecutionMode.CONCURRENT)
class GridMemberIT {
    private static final Duration LONG = Duration.ofSeconds(40);

    private final Deque<TestNode> nodes = new ArrayDeque<>();

    @AfterEach
    void stopAll() {
        nodes.forEach(TestNode::close);
    }

    @Test
    void nodesFindEachOtherBySeedsAndKnowTheSame() {
        TestNode a = start(TestNode.plan("a"));
        TestNode b = start(TestNode.plan("b").seed(a));
        TestNode c = start(TestNode.plan("c").seed(a));
        for (TestNode node : nodes) {
            await().atMost(LONG).until(() -> node.live().equals(Set.of("a", "b", "c")));
        }
        c.registry().listeningOn(8123, 9123);
        await().atMost(LONG)
                .untilAsserted(
                        () -> {
                            NodeInfo seen = a.registry().node(new NodeId("c"));
                            assertThat(seen).isNotNull();
                            assertThat(seen.port()).isEqualTo(8123);
                            assertThat(seen.adminPort()).isEqualTo(9123);
                            assertThat(seen.status()).isEqualTo(NodeStatus.ACTIVE);
                            assertThat(seen.load().connections()).isEqualTo(7);
                            assertThat(seen.incarnation()).isEqualTo(1);
                        });
        assertThat(a.registry().isCoordinator()).isTrue();
        assertThat(b.registry().isCoordinator()).isFalse();
        await().atMost(LONG).until(() -> a.eventsOf("b").equals(List.of(NodeJoined.class)));
    }

    @Test
    void aGoodbyeIsNoLoss() {
        TestNode a = start(TestNode.plan("a"));
        TestNode b = start(TestNode.plan("b").seed(a));
        await().atMost(LONG).until(() -> a.live().size() == 2);
        nodes.remove(b);
        b.close();
        await().atMost(LONG)
                .untilAsserted(
                        () ->
                                assertThat(a.eventsOf("b"))
                                        .containsExactly(NodeJoined.class, NodeLeft.class));
        assertThat(a.live()).containsExactly("a");
        TestNode again = start(TestNode.plan("b").seed(a));
        assertThat(again.registry().localIncarnation()).isEqualTo(2);
        await().atMost(LONG).until(() -> a.live().size() == 2);
    }

    @Test
    void aSecondNodeOfOneIdIsRefused() {
        TestNode a = start(TestNode.plan("a"));
        assertThatExceptionOfType(GridRefusedException.class)
                .isThrownBy(() -> start(TestNode.plan("a").seed(a)))
                .withMessageContaining("node id a is in use");
        assertThat(a.live()).containsExactly("a");
        assertThat(a.registry().localIncarnation()).isEqualTo(1);
    }

    @Test
    void aSecondNodeOfOneIdIsRefusedByTheDirectoryEvenBeforeItJoins() {
        MemoryDirectory directory = new MemoryDirectory();
        TestNode a = start(TestNode.plan("a").directory(directory));
        await().atMost(LONG).until(() -> !directory.list().isEmpty());
        assertThatExceptionOfType(GridRefusedException.class)
                .isThrownBy(() -> start(TestNode.plan("a").directory(directory)))
                .withMessageContaining("127.0.0.1:" + a.member().port());
    }

    @Test
    void aPortInUseIsAClearFailure() {
        TestNode a = start(TestNode.plan("a"));
        assertThatExceptionOfType(GridStartException.class)
                .isThrownBy(() -> start(TestNode.plan("b").port(a.member().port())))
                .withMessageContaining("127.0.0.1:" + a.member().port());
    }

    @Test
    void theIncarnationInTheDirectoryCounts() {
        MemoryDirectory directory = new MemoryDirectory();
        ClusterKey key = new ClusterKey("test", "secret");
        var past = new DirectoryEntry("a", key.directoryName(), "127.0.0.1:1", "127.0.0.1:2", 7);
        directory.put(new NodeId("a"), past.toJson(), Duration.ZERO);
        TestNode a = start(TestNode.plan("a").directory(directory));
        assertThat(a.registry().localIncarnation()).isEqualTo(8);
    }

    /** Also of a cluster that was stopped as a whole, when nobody and no entry is left. */
    @Test
    void livesAreNotCountedAnew() {
        MemoryDirectory directory = new MemoryDirectory();
        TestNode first = start(TestNode.plan("a").directory(directory));
        assertThat(first.registry().localIncarnation()).isEqualTo(1);
        await().until(() -> directory.lastLife(new NodeId("a")) == 1);
        first.member().close();
        assertThat(directory.list()).isEmpty();
        TestNode second = start(TestNode.plan("a").directory(directory));
        assertThat(second.registry().localIncarnation()).isEqualTo(2);
    }

    @Test
    void anotherBrokerIsRefused() {
        TestNode a = start(TestNode.plan("a").contract("redis 1234"));
        assertThatExceptionOfType(GridRefusedException.class)
                .isThrownBy(() -> start(TestNode.plan("b").seed(a).contract("local")))
                .withMessageContaining("redis 1234")
                .withMessageContaining("local");
        assertThat(a.eventsOf("b")).isEmpty();
    }

    @Test
    void anotherSecretStaysOutside() {
        TestNode a = start(TestNode.plan("a"));
        TestNode b = start(TestNode.plan("b").seed(a).key(new ClusterKey("test", "guessed")));
        assertThat(b.live()).containsExactly("b");
        assertThat(a.member().hazelcast().getCluster().getMembers()).hasSize(1);
        assertThat(b.member().hazelcast().getCluster().getMembers()).hasSize(1);
    }

    @Test
    void anotherSecretIsRefusedWhereTheDirectoryShowsTheOthers() {
        MemoryDirectory directory = new MemoryDirectory();
        TestNode a = start(TestNode.plan("a").directory(directory));
        await().atMost(LONG).until(() -> !directory.list().isEmpty());
        var guessed = new ClusterKey("test", "guessed");
        assertThatExceptionOfType(GridRefusedException.class)
                .isThrownBy(() -> start(TestNode.plan("b").directory(directory).key(guessed)))
                .withMessageContaining("grid.secret is not that of cluster test, whose node a")
                .withMessageContaining("127.0.0.1:" + a.member().port());
        assertThat(directory.list()).as("the others are told").containsKey("b");
        // Nobody else's entry is touched.
        assertThatExceptionOfType(GridRefusedException.class)
                .isThrownBy(() -> start(TestNode.plan("a").directory(directory).key(guessed)))
                .withMessageContaining("grid.secret");
        assertThat(directory.list().get("a")).contains("127.0.0.1:" + a.member().port());
        // Who was at the door and has gone keeps nobody out.
        TestNode b = start(TestNode.plan("b").directory(directory));
        await().atMost(LONG).until(() -> b.live().equals(Set.of("a", "b")));
    }

    @Test
    void partsThatStartedApartMerge() {
        MemoryDirectory directory = new MemoryDirectory();
        directory.reachable(false);
        TestNode a = start(TestNode.plan("a").directory(directory));
        TestNode b = start(TestNode.plan("b").directory(directory));
        a.enter("news", "ca");
        b.enter("news", "cb");
        assertThat(a.live()).containsExactly("a");
        assertThat(b.live()).containsExactly("b");
        directory.reachable(true);
        for (TestNode node : nodes) {
            await().atMost(LONG).until(() -> node.live().equals(Set.of("a", "b")));
            await().atMost(LONG).until(() -> node.clients("news").size() == 2);
            await().atMost(LONG).until(() -> node.stats("news").equals(new PresenceStats(2, 2)));
        }
        await().atMost(LONG).until(() -> a.merged() ^ b.merged());
        assertThat(a.lost()).isEmpty();
        assertThat(b.lost()).isEmpty();
    }

    @Test
    void ofTwoWithOneIdThatStartedApartOneHasToLeave() throws Exception {
        MemoryDirectory directory = new MemoryDirectory();
        directory.reachable(false);
        TestNode first = start(TestNode.plan("a").directory(directory));
        TestNode second = start(TestNode.plan("a").directory(directory));
        TestNode other = start(TestNode.plan("b").directory(directory).seed(first));
        directory.reachable(true);
        await().atMost(LONG).until(() -> first.expelled().isDone() || second.expelled().isDone());
        TestNode left = first.expelled().isDone() ? first : second;
        assertThat(left.expelled().get()).hasMessageContaining("node id a is in use");
        await().atMost(LONG).until(() -> other.live().size() == 2);
        assertThat(first.expelled().isDone() && second.expelled().isDone()).isFalse();
    }

    @Test
    void oneNodeIsAskedAlone() {
        TestNode a = start(TestNode.plan("a"));
        TestNode b = start(TestNode.plan("b").seed(a));
        await().atMost(LONG).until(() -> a.live().size() == 2 && b.live().size() == 2);
        a.member().survey().handle("who", question -> Payload.of("a:" + question));
        b.member().survey().handle("who", question -> Payload.of("b:" + question));
        assertThat(askNode(a, "a")).isEqualTo(given("a", "a:hi"));
        assertThat(askNode(a, "b")).isEqualTo(given("b", "b:hi"));
        assertThat(askNode(b, "a")).isEqualTo(given("a", "a:hi"));
        assertThat(askNode(a, "c"))
                .isEqualTo(
                        new Answer.Missing(
                                new NodeId("c"),
                                "java.lang.IllegalStateException: not a live node"));
    }

    private static Answer given(String node, String answer) {
        return new Answer.Given(new NodeId(node), Payload.of(answer));
    }

    private static Answer askNode(TestNode from, String to) {
        return from.member()
                .survey()
                .askNode(new NodeId(to), "who", Payload.of("hi"), Duration.ofSeconds(10))
                .toCompletableFuture()
                .join();
    }

    @Test
    void aSurveyAsksAllAndSaysWhoFailed() {
        TestNode a = start(TestNode.plan("a"));
        TestNode b = start(TestNode.plan("b").seed(a));
        TestNode c = start(TestNode.plan("c").seed(a));
        await().atMost(LONG).until(() -> a.live().size() == 3);
        a.member().survey().handle("echo", question -> question);
        b.member().survey().handle("echo", question -> Payload.of("b:" + question));
        c.member()
                .survey()
                .handle(
                        "echo",
                        question -> {
                            throw new IllegalArgumentException("will not");
                        });
        List<Answer> answers =
                a.member()
                        .survey()
                        .ask("echo", Payload.of("hi"), Duration.ofSeconds(10))
                        .toCompletableFuture()
                        .join();
        assertThat(answers).hasSize(3);
        assertThat(answers.subList(0, 2))
                .containsExactly(
                        new Answer.Given(new NodeId("a"), Payload.of("hi")),
                        new Answer.Given(new NodeId("b"), Payload.of("b:hi")));
        assertThat(answers.get(2))
                .isInstanceOfSatisfying(
                        Answer.Missing.class,
                        missing -> assertThat(missing.reason()).contains("will not"));
    }

    private TestNode start(TestNode.Plan plan) {
        TestNode node = plan.start();
        nodes.addFirst(node);
        return node;
    }
}
