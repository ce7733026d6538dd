package io.hawser.grid.failover;

import static io.hawser.grid.failover.Known.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.cluster.NodeId;
import io.hawser.grid.cluster.NodeInfo;
import io.hawser.grid.cluster.NodeStatus;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

final class RebalancePlanTest {
    private static RebalanceMove move(String from, String to, int connections) {
        return new RebalanceMove(new NodeId(from), new NodeId(to), connections);
    }

    @Test
    void aNewNodeGetsItsShare() {
        assertThat(
                        RebalancePlan.of(
                                List.of(
                                        node("n1", NodeStatus.ACTIVE, 600, 1_000),
                                        node("n2", NodeStatus.ACTIVE, 600, 1_000),
                                        node("n3", NodeStatus.ACTIVE, 0, 1_000))))
                .containsExactly(move("n1", "n3", 200), move("n2", "n3", 200));
    }

    @Test
    void sharesGoByCapacity() {
        assertThat(
                        RebalancePlan.of(
                                List.of(
                                        node("n1", NodeStatus.ACTIVE, 300, 1_000),
                                        node("n2", NodeStatus.ACTIVE, 0, 2_000))))
                .containsExactly(move("n1", "n2", 200));
    }

    @Test
    void smallDifferencesAndNodesThatTakeNobodyAreLeftAlone() {
        assertThat(
                        RebalancePlan.of(
                                List.of(
                                        node("n1", NodeStatus.ACTIVE, 105, 1_000),
                                        node("n2", NodeStatus.ACTIVE, 95, 1_000),
                                        node("n3", NodeStatus.DRAINING, 0, 1_000),
                                        node("n4", NodeStatus.OFFLINE, 900, 1_000))))
                .isEmpty();
        assertThat(RebalancePlan.of(List.of())).isEmpty();
    }

    @Test
    void afterTheMovesEveryNodeIsWithinOneOfItsShare() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int run = 0; run < 200; run++) {
            List<NodeInfo> nodes = new ArrayList<>();
            for (int n = 1; n <= 2 + random.nextInt(6); n++) {
                nodes.add(node("n" + n, NodeStatus.ACTIVE, random.nextInt(1_000), 1_000));
            }
            List<RebalanceMove> moves = RebalancePlan.of(nodes);
            double share = nodes.stream().mapToInt(n -> n.load().connections()).average().orElse(0);
            for (NodeInfo node : nodes) {
                int after = node.load().connections();
                for (RebalanceMove move : moves) {
                    after -= move.from().equals(node.id()) ? move.connections() : 0;
                    after += move.to().equals(node.id()) ? move.connections() : 0;
                }
                double allowed = moves.isEmpty() ? share * 0.1 + 1 : nodes.size();
                assertThat(Math.abs(after - share))
                        .as("seed %d", seed)
                        .isLessThanOrEqualTo(allowed);
            }
        }
    }
}
