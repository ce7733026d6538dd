package io.hawser.grid.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.metrics.ClusterSnapshot;
import io.hawser.grid.metrics.LatencyHistogram;
import io.hawser.grid.metrics.NodeFigures;
import io.hawser.grid.metrics.NodeFigures.Standing;
import io.hawser.grid.scaling.ScalingDecision.Direction;
import io.hawser.grid.scaling.ScalingDecision.Trigger;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

class AutoScalerTest {
    private static final ScalingPolicy.Forecast NO_FORECAST =
            new ScalingPolicy.Forecast(false, 20_000, 2_000, 0, 0.4, 0.2, 0.2);

    private ScalingPolicy policy = with(List.of());
    private AutoScaler scaler = new AutoScaler(policy, false);
    private @Nullable ScalingDecision last;
    private long nowMs = 1_000_000;

    private static ScalingPolicy with(List<String> names) {
        return with(names, Clusters.POLICY.arrivalMs(), Clusters.POLICY.down());
    }

    private static ScalingPolicy with(List<String> names, long arrivalMs, ScalingPolicy.Down down) {
        return with(names, arrivalMs, Clusters.POLICY.up(), down);
    }

    private static ScalingPolicy with(
            List<String> names, long arrivalMs, ScalingPolicy.Up up, ScalingPolicy.Down down) {
        ScalingPolicy p = Clusters.POLICY;
        return new ScalingPolicy(
                p.minNodes(),
                p.maxNodes(),
                p.step(),
                p.measures(),
                names,
                p.hysteresis(),
                arrivalMs,
                up,
                down,
                NO_FORECAST);
    }

    /** Steps once a second and returns the first decision, if there is one. */
    private Optional<ScalingDecision> hold(ClusterSnapshot cluster, int seconds) {
        for (int i = 0; i < seconds; i++) {
            nowMs += 1_000;
            Optional<ScalingDecision> decision = scaler.step(nowMs, cluster, "n1", last);
            if (decision.isPresent()) {
                last = decision.get();
                return decision;
            }
        }
        return Optional.empty();
    }

    private ScalingDecision decided(ClusterSnapshot cluster, int seconds) {
        return hold(cluster, seconds).orElseThrow();
    }

    private static ClusterSnapshot three(double share, double errorRate, LatencyHistogram latency) {
        List<NodeFigures> nodes = new ArrayList<>();
        for (String id : List.of("n1", "n2", "n3")) {
            nodes.add(Clusters.node(id, Standing.HEALTHY, share, errorRate, latency));
        }
        return ClusterSnapshot.of(nodes);
    }

    @Test
    void upWhenTheClusterIsFull() {
        assertThat(hold(Clusters.of(0.81, 0.85, 0.8), 5)).isEmpty();
        ScalingDecision up = decided(Clusters.of(0.81, 0.85, 0.8), 1);
        assertThat(up.direction()).isEqualTo(Direction.UP);
        assertThat(up.trigger()).isEqualTo(Trigger.CLUSTER_UTILISATION);
        assertThat(up.fromNodes()).isEqualTo(3);
        assertThat(up.toNodes()).isEqualTo(4);
        assertThat(up.number()).isEqualTo(1);
        assertThat(up.reason()).isEqualTo("the cluster is used to 82.0 %, more than 80 % for 5 s");
        assertThat(up.figures().utilisation()).isEqualTo(0.82);
    }

    @Test
    void noiseAroundTheThresholdStillCounts() {
        for (int i = 0; i < 3; i++) {
            assertThat(hold(Clusters.of(0.81, 0.81, 0.81), 1)).isEmpty();
            assertThat(hold(Clusters.of(0.77, 0.77, 0.77), 1)).isEmpty();
        }
        assertThat(decided(Clusters.of(0.81, 0.81, 0.81), 1).direction()).isEqualTo(Direction.UP);
    }

    @Test
    void whatFallsBackByTheHysteresisBeginsAnew() {
        assertThat(hold(Clusters.of(0.81, 0.81, 0.81), 4)).isEmpty();
        assertThat(hold(Clusters.of(0.75, 0.75, 0.75), 1)).isEmpty();
        assertThat(hold(Clusters.of(0.81, 0.81, 0.81), 5)).isEmpty();
        assertThat(hold(Clusters.of(0.81, 0.81, 0.81), 1)).isPresent();
    }

    @Test
    void upWhenOneNodeIsFull() {
        ScalingDecision up = decided(Clusters.of(0.4, 0.95, 0.4), 6);
        assertThat(up.trigger()).isEqualTo(Trigger.NODE_UTILISATION);
        assertThat(up.reason()).contains("node n2", "95.0 %");
    }

    @Test
    void upWhenMessagesTakeLong() {
        ScalingDecision up = decided(three(0.5, 0, Clusters.SLOW), 6);
        assertThat(up.trigger()).isEqualTo(Trigger.LATENCY);
        assertThat(up.figures().p99Ms()).isBetween(79.0, 81.0);
    }

    @Test
    void aFewMessagesSayNothingOfLatency() {
        assertThat(hold(three(0.5, 0, LatencyHistogram.EMPTY), 60)).isEmpty();
    }

    @Test
    void upWhenMoreCommandsFailThanUsual() {
        assertThat(hold(three(0.5, 0.01, Clusters.QUICK), 30)).isEmpty();
        ScalingDecision up = decided(three(0.5, 0.2, Clusters.QUICK), 6);
        assertThat(up.trigger()).isEqualTo(Trigger.ERROR_RATE);
        assertThat(up.reason()).contains("20.0 %", "usual are 1.");
    }

    @Test
    void whatASpikeIsCanBeSaid() {
        var patient =
                new ScalingPolicy.Up(0.8, 0.9, 50, 100, 0.05, 30, 600_000, 100, 5_000, 20_000);
        scaler = new AutoScaler(with(List.of(), 40_000, patient, policy.down()), false);
        assertThat(hold(three(0.5, 0.01, Clusters.QUICK), 30)).isEmpty();
        assertThat(hold(three(0.5, 0.2, Clusters.QUICK), 6)).as("20 times").isEmpty();
        assertThat(hold(three(0.5, 0.9, Clusters.QUICK), 6)).as("more than 30").isPresent();
    }

    @Test
    void whatAlwaysFailsIsNoSpike() {
        assertThat(hold(three(0.5, 0.2, Clusters.QUICK), 300)).isEmpty();
    }

    @Test
    void downAfterLong() {
        ClusterSnapshot idle = Clusters.of(0.2, 0.25, 0.1, 0.2);
        assertThat(hold(idle, 30)).isEmpty();
        ScalingDecision down = decided(idle, 1);
        assertThat(down.direction()).isEqualTo(Direction.DOWN);
        assertThat(down.trigger()).isEqualTo(Trigger.LOW_UTILISATION);
        assertThat(down.nodes()).containsExactly("n3");
        assertThat(down.toNodes()).isEqualTo(3);
    }

    @Test
    void downOnlyFromTwiceTheMinimum() {
        assertThat(hold(Clusters.of(0.1, 0.1, 0.1), 120)).isEmpty();
        assertThat(scaler.held()).contains("from 4 on");
    }

    @Test
    void theCoordinatorStays() {
        ScalingDecision down = decided(Clusters.of(0.0, 0.2, 0.2, 0.2), 31);
        assertThat(down.nodes()).containsExactly("n4");
    }

    @Test
    void notDownWhileAFigureIsMissing() {
        List<NodeFigures> nodes = new ArrayList<>(Clusters.of(0.1, 0.1, 0.1, 0.1).nodes());
        NodeFigures n = nodes.getLast();
        nodes.set(
                3,
                new NodeFigures(
                        n.node(),
                        n.standing(),
                        false,
                        n.connections(),
                        n.maxConnections(),
                        n.cpu(),
                        n.memory(),
                        n.messagesPerSecond(),
                        0,
                        0,
                        LatencyHistogram.EMPTY));
        assertThat(hold(ClusterSnapshot.of(nodes), 120)).isEmpty();
        assertThat(scaler.held()).contains("figures");
    }

    @Test
    void neverAboveTheMaximum() {
        double[] full = {0.99, 0.99, 0.99, 0.99, 0.99, 0.99};
        assertThat(hold(Clusters.of(full), 120)).isEmpty();
        assertThat(scaler.held()).contains("6 nodes at most");
    }

    @Test
    void anotherCoordinatorKeepsToTheCooldown() {
        assertThat(decided(Clusters.of(0.99, 0.99), 6).number()).isEqualTo(1);
        scaler = new AutoScaler(policy, false);
        ClusterSnapshot grown = Clusters.of(0.99, 0.99, 0.99);
        assertThat(hold(grown, 19)).isEmpty();
        assertThat(scaler.held()).contains("since the last decision");
        assertThat(decided(grown, 1).number()).isEqualTo(2);
    }

    @Test
    void nodesThatAreLateHoldUpTheNextOnes() {
        var unused = decided(Clusters.of(0.99, 0.99), 6);
        assertThat(unused.toNodes()).isEqualTo(3);
        assertThat(hold(Clusters.of(0.99, 0.99), 39)).isEmpty();
        assertThat(scaler.held()).contains("has not happened yet");
        assertThat(hold(Clusters.of(0.99, 0.99), 1)).as("given up").isPresent();
    }

    @Test
    void aNodeThatIsLateToGoHoldsUpTheNextOneButNoHelp() {
        scaler = new AutoScaler(with(List.of(), 200_000, policy.down()), false);
        double[] idle = {0.1, 0.1, 0.1, 0.1, 0.1};
        assertThat(decided(Clusters.of(idle), 31).toNodes()).isEqualTo(4);
        assertThat(hold(Clusters.of(idle), 199)).isEmpty();
        assertThat(scaler.held()).contains("has not happened yet");
        assertThat(decided(Clusters.of(0.9, 0.9, 0.9, 0.9, 0.9), 6).direction())
                .isEqualTo(Direction.UP);
    }

    @Test
    void notDownWhereTheOthersWouldBeFull() {
        var down = new ScalingPolicy.Down(0.7, 30_000, 60_000);
        scaler = new AutoScaler(with(List.of(), 0, down), false);
        assertThat(hold(Clusters.of(0.6, 0.6, 0.6, 0.6), 120)).isEmpty();
        assertThat(hold(Clusters.of(0.5, 0.5, 0.5, 0.5), 1)).isPresent();
    }

    @Test
    void aDecisionOfTheFutureCountsFromWhenItIsSeen() {
        last = decided(Clusters.of(0.99, 0.99), 6);
        nowMs -= 10_000_000; // this coordinator's clock is behind
        scaler = new AutoScaler(policy, false);
        ClusterSnapshot grown = Clusters.of(0.99, 0.99, 0.99);
        Optional<ScalingDecision> next = hold(grown, 26);
        assertThat(next).isPresent();
    }

    @Test
    void namedNodesAreStartedInTheirOrder() {
        policy = with(List.of("n2", "n7", "n5"));
        scaler = new AutoScaler(policy, false);
        assertThat(decided(Clusters.of(0.9, 0.9), 6).nodes()).containsExactly("n7");
    }

    @Test
    void withoutANameLeftNoneIsStarted() {
        policy = with(List.of("n1", "n2"));
        scaler = new AutoScaler(policy, false);
        assertThat(hold(Clusters.of(0.9, 0.9), 60)).isEmpty();
        assertThat(scaler.held()).isEqualTo("no node is left to start");
    }

    @Test
    void onlyNamedNodesAreStopped() {
        policy = with(List.of("n4"));
        scaler = new AutoScaler(policy, false);
        assertThat(decided(Clusters.of(0.1, 0.0, 0.0, 0.2), 31).nodes()).containsExactly("n4");
    }

    @Test
    void aRampIsSeenComing() {
        scaler = new AutoScaler(Clusters.POLICY, false);
        ScalingDecision up = null;
        for (int second = 0; second < 150 && up == null; second++) {
            double share = Math.min(0.99, 0.2 + second * 0.005);
            up = hold(Clusters.of(share, share, share), 1).orElse(null);
        }
        assertThat(up).isNotNull();
        assertThat(up.trigger()).isEqualTo(Trigger.FORECAST);
        assertThat(up.figures().utilisation()).isLessThan(0.8);
        assertThat(up.reason()).startsWith("forecast: in 20 s");
    }

    @Test
    void withoutHealthyNodesNothingIsDecided() {
        assertThat(hold(ClusterSnapshot.of(List.of()), 60)).isEmpty();
        assertThat(scaler.figures()).isEqualTo(ScalingFigures.NONE);
    }
}
