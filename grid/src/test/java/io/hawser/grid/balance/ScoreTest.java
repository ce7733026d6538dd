package io.hawser.grid.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.hawser.grid.cluster.NodeInfo;
import io.hawser.grid.cluster.NodeLoad;
import io.hawser.grid.cluster.NodeStatus;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

class ScoreTest {
    private static final double EXACTLY = 1e-12;

    /** The last column worked out by hand, for instance 0.75 × 0.4 + 0.5 × 0.2 + 0.7 × 0.2 + …. */
    @ParameterizedTest
    @CsvSource({
        // connections, max, cpu, memory, error rate, messages/s of 4000 at most, score
        "    0, 10000, 0,    0,    0,    4000, 1.0",
        "    0, 10000, 0,    0,    0,       0, 0.9",
        "10000, 10000, 1,    1,    1,       0, 0.0",
        "10000, 10000, 0,    0,    0,       0, 0.5",
        " 2500, 10000, 0.5,  0.3,  0.1,  1000, 0.655",
        " 5000, 10000, 0.25, 0.5,  0,    4000, 0.65",
        "  120,   200, 0.9,  0.8,  0.5,  2000, 0.32"
    })
    void isTheSumOfItsWeightedParts(
            int connections,
            int max,
            double cpu,
            double memory,
            double errorRate,
            double messages,
            double expected) {
        var load = new NodeLoad(connections, max, cpu, memory, messages, 3, errorRate);
        assertThat(Score.of(load, 0, 4000).value()).isCloseTo(expected, within(EXACTLY));
    }

    @Test
    void showsItsParts() {
        var load = new NodeLoad(2500, 10_000, 0.5, 0.3, 1000, 3, 0.125);
        assertThat(Score.of(load, 0, 4000)).isEqualTo(new Score(0.75, 0.5, 0.3, 0.125, 0.25));
    }

    @Test
    void countsThoseWhoAreOnTheirWay() {
        var load = new NodeLoad(2000, 10_000, 0, 0, 0, 0, 0);
        assertThat(Score.of(load, 3000, 0).availableCapacity()).isEqualTo(0.5);
        assertThat(Score.of(load, 30_000, 0).availableCapacity()).isZero();
    }

    @Test
    void noMessagesAnywhereIsNoThroughput() {
        assertThat(Score.of(new NodeLoad(0, 10, 0, 0, 0, 0, 0), 0, 0).throughput()).isZero();
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, 7})
    void nonsenseCountsAsTheWorst(double nonsense) {
        var load = new NodeLoad(0, 10, nonsense, nonsense, Double.NaN, 0, nonsense);
        assertThat(Score.of(load, 0, 100)).isEqualTo(new Score(1, 1, 1, 1, 0));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void whoTakesNobodyHasNoCapacity(int max) {
        var load = new NodeLoad(0, max, 0, 0, 0, 0, 0);
        assertThat(Score.of(load, 0, 0).availableCapacity()).isZero();
    }

    @Test
    void lessThanNothingIsNothing() {
        var load = new NodeLoad(-5, 10, -1, -1, -1, 0, -1);
        assertThat(Score.of(load, 0, 10)).isEqualTo(new Score(1, 0, 0, 0, 0));
    }

    @Test
    void theBusiestLiveNodeSetsTheScale() {
        List<NodeInfo> nodes =
                List.of(
                        busy("n1", NodeStatus.ACTIVE, 100),
                        busy("n2", NodeStatus.DRAINING, 300),
                        busy("n3", NodeStatus.OFFLINE, 900),
                        busy("n4", NodeStatus.ACTIVE, Double.POSITIVE_INFINITY),
                        busy("n5", NodeStatus.ACTIVE, Double.NaN));
        assertThat(Score.highest(nodes)).isEqualTo(300);
        assertThat(Score.highest(List.of())).isZero();
    }

    private static NodeInfo busy(String id, NodeStatus status, double messages) {
        return TestNodes.node(id, "", 100, status, new NodeLoad(0, 10, 0, 0, messages, 0, 0));
    }
}
