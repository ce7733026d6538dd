package io.hawser.grid.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.hawser.grid.cluster.NodeId;
import io.hawser.grid.cluster.NodeInfo;
import io.hawser.grid.cluster.NodeLoad;
import io.hawser.grid.cluster.NodeStatus;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;

class LoadBalancerTest {
    private static final Newcomer ANYBODY = new Newcomer("ann", "192.0.2.7", "");

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private final AtomicReference<List<NodeInfo>> nodes = new AtomicReference<>(List.of());

    private LoadBalancer balancer(Algorithm algorithm) {
        return new LoadBalancer(algorithm, nodes::get, () -> random);
    }

    private static Choice.Found found(Choice choice) {
        return switch (choice) {
            case Choice.Found found -> found;
            case Choice.Nowhere nowhere -> throw new AssertionError(nowhere.reason());
        };
    }

    private static String id(Choice choice) {
        return found(choice).node().id().value();
    }

    @ParameterizedTest
    @EnumSource
    void nobodyIsSentToWhoTakesNoClients(Algorithm algorithm) {
        LoadBalancer balancer = balancer(algorithm);
        int found = 0;
        for (int i = 0; i < 3_000; i++) {
            nodes.set(TestNodes.anything(random));
            var client =
                    new Newcomer(
                            "",
                            random.nextBoolean() ? "10.0.0." + i % 256 : "",
                            random.nextBoolean() ? "eu" : "");
            @Nullable NodeId home = random.nextBoolean() ? new NodeId("n1") : null;
            List<NodeInfo> open = nodes.get().stream().filter(LoadBalancerTest::isOpen).toList();
            switch (balancer.choose(client, home)) {
                case Choice.Nowhere nowhere -> assertThat(open).as("seed %d", seed).isEmpty();
                case Choice.Found choice -> {
                    List<NodeInfo> given = new ArrayList<>(choice.alternatives());
                    given.add(choice.node());
                    assertThat(given).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(open);
                    found++;
                }
            }
        }
        assertThat(found).isGreaterThan(1_000).isLessThan(3_000);
    }

    private static boolean isOpen(NodeInfo node) {
        return node.status() == NodeStatus.ACTIVE
                && node.port() != 0
                && node.load().maxConnections() > node.load().connections();
    }

    @ParameterizedTest
    @EnumSource(names = "ACTIVE", mode = EnumSource.Mode.EXCLUDE)
    void onlyActiveNodesTakeClients(NodeStatus status) {
        nodes.set(List.of(TestNodes.is(status, "n1")));
        assertThat(balancer(Algorithm.ADAPTIVE).choose(ANYBODY, null))
                .isEqualTo(new Choice.Nowhere("no node takes clients now"));
    }

    @Test
    void fullNodesAreNamedAsTheReason() {
        nodes.set(List.of(TestNodes.node("n1", 10, 10), TestNodes.node("n2", 0, 0)));
        assertThat(balancer(Algorithm.RANDOM).choose(ANYBODY, null))
                .isEqualTo(new Choice.Nowhere("all nodes are full: no node takes clients now"));
    }

    @Test
    void aCrowdWithinOneReportIsSpread() {
        var load1 = new NodeLoad(0, 1000, 0.10, 0, 0, 0, 0);
        var load2 = new NodeLoad(0, 1000, 0.15, 0, 0, 0, 0);
        nodes.set(
                List.of(
                        TestNodes.node("n1", "", 100, NodeStatus.ACTIVE, load1),
                        TestNodes.node("n2", "", 100, NodeStatus.ACTIVE, load2)));
        Map<String, Integer> counts = counts(balancer(Algorithm.ADAPTIVE), 525);
        // 5 % of CPU count as much as 25 of 1000 connections.
        assertThat(counts).isEqualTo(Map.of("n1", 275, "n2", 250));
    }

    private static Map<String, Integer> counts(LoadBalancer balancer, int times) {
        Map<String, Integer> counts = new HashMap<>();
        for (int i = 0; i < times; i++) {
            counts.merge(id(balancer.choose(ANYBODY, null)), 1, Integer::sum);
        }
        return counts;
    }

    @Test
    void theNextReportStartsTheCountAnew() {
        LoadBalancer balancer = balancer(Algorithm.LEAST_CONNECTIONS);
        nodes.set(List.of(TestNodes.node("n1", 0), TestNodes.node("n2", 3)));
        assertThat(counts(balancer, 3)).isEqualTo(Map.of("n1", 3));
        nodes.set(List.of(TestNodes.node("n1", 1), TestNodes.node("n2", 3)));
        assertThat(counts(balancer, 2)).isEqualTo(Map.of("n1", 2));
    }

    @Test
    void roundRobinIsEvenInEveryRegion() {
        LoadBalancer balancer = balancer(Algorithm.ROUND_ROBIN);
        nodes.set(
                List.of(
                        TestNodes.in("eu", "n1"),
                        TestNodes.in("eu", "n2"),
                        TestNodes.in("us", "n3"),
                        TestNodes.in("us", "n4")));
        Map<String, Integer> counts = new HashMap<>();
        for (int i = 0; i < 400; i++) {
            var client = new Newcomer("", "", random.nextInt(3) == 0 ? "us" : "eu");
            String id = id(balancer.choose(client, null));
            counts.merge(id, 1, Integer::sum);
        }
        assertThat(counts.get("n1")).as("seed %d", seed).isCloseTo(counts.get("n2"), within(1));
        assertThat(counts.get("n3")).as("seed %d", seed).isCloseTo(counts.get("n4"), within(1));
    }

    @Test
    void whoWouldBeFullComesAfterWhoHasRoom() {
        nodes.set(List.of(TestNodes.in("eu", "n1"), TestNodes.node("n2", 900)));
        var small = TestNodes.node("n1", "eu", 100, NodeStatus.ACTIVE, TestNodes.load(8, 10));
        nodes.set(List.of(small, TestNodes.node("n2", 900)));
        LoadBalancer balancer = balancer(Algorithm.ADAPTIVE);
        var client = new Newcomer("", "", "eu");
        assertThat(id(balancer.choose(client, null))).isEqualTo("n1");
        assertThat(id(balancer.choose(client, null))).isEqualTo("n1");
        Choice.Found third = found(balancer.choose(client, null));
        assertThat(third.node().id().value()).isEqualTo("n2");
        assertThat(third.reason()).startsWith("no node of region eu has room; best score: ");
    }

    @Test
    void theWantedRegionComesFirst() {
        nodes.set(
                List.of(
                        TestNodes.in("us", "n1"),
                        TestNodes.in("eu", "n2"),
                        TestNodes.in("", "n3"),
                        TestNodes.in("eu", "n4")));
        for (Algorithm algorithm : Algorithm.values()) {
            Choice.Found choice =
                    found(balancer(algorithm).choose(new Newcomer("", "", "eu"), null));
            assertThat(choice.node().profile().region()).as(algorithm.name()).isEqualTo("eu");
            assertThat(choice.alternatives().getFirst().profile().region()).isEqualTo("eu");
            assertThat(choice.reason()).startsWith("in region eu, ");
        }
    }

    @Test
    void whoBelongsToANodeGoesThere() {
        nodes.set(List.of(TestNodes.node("n1", 0), TestNodes.node("n2", 999)));
        Choice.Found choice = found(balancer(Algorithm.ADAPTIVE).choose(ANYBODY, new NodeId("n2")));
        assertThat(choice.node().id().value()).isEqualTo("n2");
        assertThat(choice.reason()).isEqualTo("the user's node");
        assertThat(choice.alternatives())
                .extracting(node -> node.id().value())
                .containsExactly("n1");
    }

    @Test
    void whoseNodeIsGoneGoesElsewhere() {
        nodes.set(List.of(TestNodes.node("n1", 0), TestNodes.is(NodeStatus.OFFLINE, "n2")));
        Choice.Found choice = found(balancer(Algorithm.RANDOM).choose(ANYBODY, new NodeId("n2")));
        assertThat(choice.node().id().value()).isEqualTo("n1");
        assertThat(choice.reason()).isEqualTo("the user's node n2 takes no clients; at random");
    }
}
