package io.hawser.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.cli.cluster.ClusterSight.Seen;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One fault on a stage: how long the cluster and its clients take to cope with it, and whether what
 * must never happen did not. Its clock runs from its making. For one thread.
 */
final class Trial {
    /** A second is aimed at; tests share two cores. */
    private static final Duration GIVEN_UP = Duration.ofSeconds(6);

    /** Two mergers of Hazelcast, and the wait for TCP's retries. */
    private static final Duration BACK = Duration.ofSeconds(60);

    private static final int MORE_MESSAGES = 50;

    private final FaultStage stage;
    private final String name;
    private final Map<TestNode, Long> fencesBefore = new HashMap<>();
    private final Map<TestNode, Long> stallsBefore = new HashMap<>();
    private final Map<TestNode, List<Follower>> clientsBefore = new HashMap<>();
    private final Map<String, Seen> before;
    private final long beganNanos;

    Trial(FaultStage stage, String name) {
        this.stage = stage;
        this.name = name;
        this.before = present();
        for (TestNode node : stage.cluster().nodes()) {
            fencesBefore.put(node, fences(node));
            stallsBefore.put(node, stalls(node));
            clientsBefore.put(node, stage.crowd().at(node));
        }
        this.beganNanos = System.nanoTime();
    }

    /**
     * Fences, but for those of a node that knows that it stood still, which others need not see.
     */
    private static long fences(TestNode node) {
        return node.logged("\"node.fenced\"") - node.logged("\"node.fenced\"", "PAUSED");
    }

    /** How often it knew that it had stood still. */
    private long stalls(TestNode node) {
        return node.logged("\"node.fenced\"", "PAUSED");
    }

    /**
     * Whether a node that nothing was done to stood still all the same since the beginning, as on
     * busy cores: then it may be taken for hung, which is what it was.
     */
    private boolean stoodStill(TestNode node) {
        return stalls(node) > stallsBefore.getOrDefault(node, 0L);
    }

    private Map<String, Seen> present() {
        return await(name + ": the witness answers")
                .atMost(BACK)
                .until(() -> stage.sight().present(stage.witness()), it -> !it.isEmpty());
    }

    /** All others that run see these as offline. */
    void awaitGivenUp(List<TestNode> lost) {
        awaitGivenUp(lost, stage.runningBut(lost));
    }

    void awaitGivenUp(List<TestNode> lost, List<TestNode> by) {
        await(name + ": " + lost + " given up by " + by)
                .atMost(GIVEN_UP)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20))
                .until(
                        () ->
                                by.stream()
                                        .allMatch(
                                                asked ->
                                                        lost.stream()
                                                                .allMatch(
                                                                        node ->
                                                                                stage.sight()
                                                                                        .hasGivenUp(
                                                                                                asked,
                                                                                                node))));
        tell(lost + " offline on " + by + " after " + sinceMs() + " ms");
    }

    /** These say that they do not serve. */
    void awaitFenced(List<TestNode> nodes) {
        for (TestNode node : nodes) {
            await(name + ": " + node + " is fenced")
                    .atMost(GIVEN_UP)
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> stage.sight().health(node).equals("fenced"));
        }
        tell(nodes + " fenced after " + sinceMs() + " ms");
    }

    /** Each of these has logged these words. */
    void awaitLogged(List<TestNode> nodes, String words) {
        for (TestNode node : nodes) {
            await(name + ": " + node + " logs " + words)
                    .atMost(GIVEN_UP)
                    .until(() -> node.logged(words) > 0);
        }
        tell("told by all after " + sinceMs() + " ms: " + words);
    }

    /** All clients are subscribed and have everything, although the fault may last. */
    void awaitServed() {
        stage.crowd().awaitMessage(stage.lastMessage() + MORE_MESSAGES);
        tell(stage.crowd().returnSince(beganNanos).toString());
    }

    /** Lets the fault last until so long after its beginning. */
    void last(Duration duration) {
        long endNanos = beganNanos + duration.toNanos();
        await(name + " lasts")
                .atMost(duration.plus(BACK))
                .until(() -> System.nanoTime() - endNanos > 0);
    }

    /** Those that run are all active, agree about each other, and serve all clients. */
    void settle() {
        List<TestNode> running = stage.running();
        await(name + ": " + running + " are active and agree")
                .atMost(BACK)
                .untilAsserted(() -> assertAgree(running));
        stage.crowd().awaitMessage(stage.lastMessage() + MORE_MESSAGES);
        await(name + ": every user belongs to a node that is there")
                .atMost(BACK)
                .untilAsserted(() -> assertHomes(running));
        tell("well after " + sinceMs() + " ms");
        stage.settled();
    }

    private void assertAgree(List<TestNode> running) {
        Map<String, Seen> seen = stage.sight().present(running.getFirst());
        assertThat(seen.keySet()).containsExactlyElementsOf(ids(running));
        assertThat(seen.values()).extracting(Seen::status).containsOnly("active");
        for (TestNode node : running) {
            assertThat(stage.sight().present(node)).as("seen by " + node).isEqualTo(seen);
            assertThat(stage.sight().health(node)).as("health of " + node).isEqualTo("ok");
        }
    }

    private void assertHomes(List<TestNode> running) {
        List<String> ids = ids(running);
        for (String user : stage.crowd().users()) {
            assertThat(stage.sight().home(running.getLast(), user)).as(user).isIn(ids);
        }
    }

    private static List<String> ids(List<TestNode> nodes) {
        return nodes.stream().map(TestNode::id).toList();
    }

    /** Only these have fenced themselves since the beginning, and who stood still. */
    void assertOnlyFenced(List<TestNode> victims) {
        for (TestNode node : fencesBefore.keySet()) {
            if (!victims.contains(node) && !stoodStill(node)) {
                assertThat(fences(node))
                        .as("fences of %s: %s", node, node.lines("\"node.fenced\""))
                        .isEqualTo(fencesBefore.get(node));
            }
        }
    }

    /** Only these began a new life, and all of them that run did; who stood still may have. */
    void assertOnlyReborn(List<TestNode> victims) {
        Set<String> reborn = Set.copyOf(ids(victims));
        Set<String> free =
                Set.copyOf(ids(fencesBefore.keySet().stream().filter(this::stoodStill).toList()));
        present()
                .forEach(
                        (id, seen) -> {
                            Seen was = before.get(id);
                            if (was != null && (reborn.contains(id) || !free.contains(id))) {
                                assertThat(seen.incarnation() > was.incarnation())
                                        .as(id + " began a new life")
                                        .isEqualTo(reborn.contains(id));
                            }
                        });
    }

    /** No client lost its connection, but for those of a node that stood still. */
    void assertNobodyDisconnected() {
        List<TestNode> calm =
                clientsBefore.keySet().stream().filter(node -> !stoodStill(node)).toList();
        assertThat(
                        clientsOf(calm).stream()
                                .map(client -> client.closedSince(beganNanos))
                                .flatMap(List::stream))
                .isEmpty();
    }

    /** Every client that was at these nodes lost its connection; how many others did is told. */
    void assertClosed(List<TestNode> nodes) {
        List<Follower> clients = clientsOf(nodes);
        await(name + ": all clients that were at " + nodes + " are closed")
                .atMost(GIVEN_UP)
                .untilAsserted(() -> assertThat(clients).allMatch(this::wasClosed));
        long others =
                clientsBefore.values().stream()
                        .flatMap(List::stream)
                        .filter(client -> !clients.contains(client))
                        .filter(this::wasClosed)
                        .count();
        tell(
                "all %d clients of %s were closed, %d of others"
                        .formatted(clients.size(), nodes, others));
    }

    /** The same, and this is what they were told if they could be told. */
    void assertSentAway(List<TestNode> nodes, int code) {
        assertClosed(nodes);
        List<Integer> codes =
                clientsOf(nodes).stream()
                        .map(client -> client.closedSince(beganNanos))
                        .flatMap(List::stream)
                        .toList();
        if (!clientsOf(nodes).isEmpty()) {
            assertThat(codes).as(name + ": what clients of %s were told", nodes).contains(code);
        }
        tell("closed with " + Set.copyOf(codes));
    }

    private boolean wasClosed(Follower client) {
        return !client.closedSince(beganNanos).isEmpty();
    }

    private List<Follower> clientsOf(List<TestNode> nodes) {
        return nodes.stream()
                .map(node -> clientsBefore.getOrDefault(node, List.of()))
                .flatMap(List::stream)
                .toList();
    }

    private long sinceMs() {
        return (System.nanoTime() - beganNanos) / 1_000_000;
    }

    private void tell(String what) {
        System.out.println("fault " + name + ": " + what);
    }
}
