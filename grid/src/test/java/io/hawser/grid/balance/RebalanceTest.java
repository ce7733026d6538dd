package io.hawser.grid.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.cluster.NodeId;
import io.hawser.grid.cluster.NodeInfo;
import io.hawser.grid.cluster.NodeStatus;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

class RebalanceTest {
    private static Move move(String from, String to, int connections) {
        return new Move(new NodeId(from), new NodeId(to), connections);
    }

    private static List<Move> moves(Algorithm algorithm, NodeInfo... nodes) {
        return Rebalance.of(List.of(nodes), algorithm).moves();
    }

    @Test
    void aNewNodeGetsItsPartOfEach() {
        assertThat(
                        moves(
                                Algorithm.ADAPTIVE,
                                TestNodes.node("n1", 300),
                                TestNodes.node("n2", 240),
                                TestNodes.node("n3", 0)))
                .containsExactly(move("n1", "n3", 120), move("n2", "n3", 60));
    }

    @Test
    void largerNodesCarryMore() {
        assertThat(
                        moves(
                                Algorithm.ADAPTIVE,
                                TestNodes.node("n1", 100, 1000),
                                TestNodes.node("n2", 100, 3000)))
                .containsExactly(move("n1", "n2", 50));
    }

    @Test
    void byWeightWhereWeightsDecide() {
        assertThat(
                        moves(
                                Algorithm.WEIGHTED,
                                TestNodes.weighing("n1", 100, 100),
                                TestNodes.weighing("n2", 300, 100)))
                .containsExactly(move("n1", "n2", 50));
        assertThat(
                        moves(
                                Algorithm.ADAPTIVE,
                                TestNodes.weighing("n1", 100, 100),
                                TestNodes.weighing("n2", 300, 100)))
                .isEmpty();
    }

    @Test
    void nobodyIsFilledBeyondItsMaximum() {
        var small = TestNodes.node("n2", "", 10_000, NodeStatus.ACTIVE, TestNodes.load(0, 30));
        assertThat(
                        moves(
                                Algorithm.WEIGHTED,
                                TestNodes.weighing("n1", 100, 100),
                                small,
                                TestNodes.weighing("n3", 100, 0)))
                .containsExactly(move("n1", "n3", 35), move("n1", "n2", 30));
    }

    @Test
    void whereAllAreFullNothingMoves() {
        assertThat(
                        moves(
                                Algorithm.ADAPTIVE,
                                TestNodes.node("n1", 15, 10),
                                TestNodes.node("n2", 8, 10)))
                .isEmpty();
    }

    @Test
    void drainingAndLostNodesTakeNoPart() {
        assertThat(
                        moves(
                                Algorithm.ADAPTIVE,
                                TestNodes.node("n1", 100),
                                TestNodes.is(NodeStatus.DRAINING, "n2"),
                                TestNodes.is(NodeStatus.OFFLINE, "n3"),
                                TestNodes.is(NodeStatus.SUSPECT, "n4")))
                .isEmpty();
    }

    @Test
    void afterwardsEachHasItsShareToOne() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            List<NodeInfo> nodes = new ArrayList<>();
            int count = 1 + random.nextInt(7);
            for (int n = 0; n < count; n++) {
                nodes.add(TestNodes.node("n" + n, random.nextInt(900), 900 + random.nextInt(900)));
            }
            assertBalanced("seed " + seed, nodes, Rebalance.of(nodes, Algorithm.ADAPTIVE).moves());
        }
    }

    private static void assertBalanced(String seed, List<NodeInfo> nodes, List<Move> moves) {
        Map<NodeId, Integer> after = new HashMap<>();
        nodes.forEach(node -> after.put(node.id(), node.load().connections()));
        Set<NodeId> sources = new HashSet<>();
        Set<NodeId> targets = new HashSet<>();
        for (Move move : moves) {
            assertThat(move.connections()).as(seed).isPositive();
            after.merge(move.from(), -move.connections(), Integer::sum);
            after.merge(move.to(), move.connections(), Integer::sum);
            sources.add(move.from());
            targets.add(move.to());
        }
        double total = nodes.stream().mapToInt(node -> node.load().connections()).sum();
        double room = nodes.stream().mapToInt(node -> node.load().maxConnections()).sum();
        for (NodeInfo node : nodes) {
            double share = total * node.load().maxConnections() / room;
            assertThat(Math.abs(after.getOrDefault(node.id(), -1) - share))
                    .as(seed)
                    .isLessThan(1.001);
        }
        assertThat(sources).as(seed).noneMatch(targets::contains);
        assertThat(moves.size()).as(seed).isLessThan(nodes.size());
    }

    @Test
    void nonsenseIsSurvived() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int i = 0; i < 3_000; i++) {
            List<NodeInfo> nodes = TestNodes.anything(random);
            for (Algorithm algorithm : Algorithm.values()) {
                for (Move move : Rebalance.of(nodes, algorithm).moves()) {
                    NodeInfo from = find(nodes, move.from());
                    NodeInfo to = find(nodes, move.to());
                    assertThat(from.status()).as("seed %d", seed).isEqualTo(NodeStatus.ACTIVE);
                    assertThat(to.status()).as("seed %d", seed).isEqualTo(NodeStatus.ACTIVE);
                    assertThat(move.connections())
                            .as("seed %d", seed)
                            .isBetween(1, from.load().connections());
                }
            }
        }
    }

    private static NodeInfo find(List<NodeInfo> nodes, NodeId id) {
        return nodes.stream().filter(node -> node.id().equals(id)).findAny().orElseThrow();
    }
}
