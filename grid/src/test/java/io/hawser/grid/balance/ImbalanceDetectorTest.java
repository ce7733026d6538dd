package io.hawser.grid.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.hawser.grid.balance.Imbalance.Limits;
import io.hawser.grid.cluster.NodeId;
import io.hawser.grid.cluster.NodeInfo;
import io.hawser.grid.cluster.NodeStatus;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

class ImbalanceDetectorTest {
    private static final Limits LIMITS = new Limits(0.2, 1.5, 30_000, 10);
    private static final List<NodeInfo> EVEN =
            List.of(TestNodes.node("n1", 100), TestNodes.node("n2", 110));
    private static final List<NodeInfo> UNEVEN =
            List.of(TestNodes.node("n1", 300), TestNodes.node("n2", 100));

    private final ImbalanceDetector detector = new ImbalanceDetector(Algorithm.ADAPTIVE, LIMITS);

    /** The third: mean 80, deviations 40, −20, −20, so √(2400 ÷ 3) ÷ 80. */
    @ParameterizedTest
    @CsvSource({
        "300, 100, 100, 0.5656854249, 3",
        "200, 200, 200, 0, 1",
        "120, 60, 60, 0.3535533906, 2",
        "40, 0, 0, 1.4142135624, Infinity",
        "0, 0, 0, 0, 1"
    })
    void measuresByWorkedNumbers(int n1, int n2, int n3, double variation, double ratio) {
        var nodes =
                List.of(
                        TestNodes.node("n1", n1),
                        TestNodes.node("n2", n2),
                        TestNodes.node("n3", n3));
        Imbalance imbalance = detector.observe(0, nodes);
        assertThat(imbalance.variation()).isCloseTo(variation, within(1e-9));
        assertThat(imbalance.ratio()).matches(r -> r == ratio || Math.abs(r - ratio) < 1e-9);
    }

    @Test
    void recommendsOnlyWhatLasts() {
        assertThat(detector.observe(1_000, UNEVEN).rebalance().moves()).isEmpty();
        Imbalance almost = detector.observe(30_999, UNEVEN);
        assertThat(almost.forMs()).isEqualTo(29_999);
        assertThat(almost.rebalance().moves()).isEmpty();
        Imbalance lasting = detector.observe(31_000, UNEVEN);
        assertThat(lasting.forMs()).isEqualTo(30_000);
        assertThat(lasting.rebalance().moves())
                .containsExactly(new Move(new NodeId("n1"), new NodeId("n2"), 100));
    }

    @Test
    void oneBalancedLookStartsTheTimeAnew() {
        detector.observe(0, UNEVEN);
        assertThat(detector.observe(20_000, EVEN).forMs()).isZero();
        assertThat(detector.observe(30_000, UNEVEN).forMs()).isZero();
        assertThat(detector.observe(59_999, UNEVEN).rebalance().moves()).isEmpty();
        assertThat(detector.observe(60_000, UNEVEN).rebalance().moves()).hasSize(1);
    }

    @Test
    void aClockThatGoesBackRecommendsNothing() {
        detector.observe(0, UNEVEN);
        assertThat(detector.observe(-90_000, UNEVEN)).returns(0L, Imbalance::forMs);
        assertThat(detector.observe(30_000, UNEVEN).rebalance().moves()).hasSize(1);
    }

    @Test
    void aHandfulIsNotWorthMoving() {
        var few = List.of(TestNodes.node("n1", 18), TestNodes.node("n2", 0));
        detector.observe(0, few);
        Imbalance imbalance = detector.observe(60_000, few);
        assertThat(imbalance.forMs()).isEqualTo(60_000);
        assertThat(imbalance.rebalance().moves()).isEmpty();
    }

    @Test
    void eitherMeasureIsEnough() {
        // One empty among thirty: variation 0.186, but the ratio is infinite.
        var nodes = new ArrayList<NodeInfo>();
        for (int i = 0; i < 29; i++) {
            nodes.add(TestNodes.node("n" + i, 100));
        }
        nodes.add(TestNodes.node("n29", 0));
        detector.observe(0, nodes);
        Imbalance imbalance = detector.observe(30_000, nodes);
        assertThat(imbalance.variation()).isLessThan(0.2);
        assertThat(imbalance.rebalance().connections()).isEqualTo(96);
    }

    @Test
    void whoIsNotActiveDoesNotCount() {
        var nodes =
                List.of(
                        TestNodes.node("n1", 300),
                        TestNodes.is(NodeStatus.DRAINING, "n2"),
                        TestNodes.is(NodeStatus.OFFLINE, "n3"),
                        TestNodes.node("n4", 0, 0));
        assertThat(detector.observe(0, nodes)).isEqualTo(Imbalance.NONE);
    }

    @Test
    void nonsenseIsSurvived() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int i = 0; i < 3_000; i++) {
            Imbalance imbalance = detector.observe(random.nextLong(), TestNodes.anything(random));
            assertThat(imbalance.variation()).as("seed %d", seed).isFinite().isNotNegative();
            assertThat(imbalance.ratio()).as("seed %d", seed).isGreaterThanOrEqualTo(1);
            assertThat(imbalance.forMs()).as("seed %d", seed).isNotNegative();
        }
    }
}
