package io.hawser.grid.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.hawser.grid.metrics.ClusterMetrics.KnownNode;
import io.hawser.grid.metrics.NodeFigures.Standing;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

class ClusterSnapshotTest {
    private static LatencyHistogram latency(int messages, long ms) {
        var recorder = new LatencyRecorder();
        for (int i = 0; i < messages; i++) {
            recorder.record(ms * 1_000_000);
        }
        return recorder.take();
    }

    private static NodeSnapshot snapshot(String node, int connections, LatencyHistogram latency) {
        return new NodeSnapshot(
                node, 1, 0, connections, 1000, 0, 0, 10, 5, 90, 0, 0.5, 0.25, 100, 10, latency);
    }

    private static NodeFigures known(String node, Standing standing, int connections) {
        return new NodeFigures(
                node,
                standing,
                false,
                connections,
                1000,
                0.1,
                0.1,
                7,
                0,
                0,
                LatencyHistogram.EMPTY);
    }

    @Test
    void addsUpTheNodes() {
        var quick = NodeFigures.of(snapshot("n1", 100, latency(90, 1)), Standing.HEALTHY);
        var slow = NodeFigures.of(snapshot("n2", 300, latency(10, 100)), Standing.LIMITED);
        ClusterSnapshot cluster =
                ClusterSnapshot.of(List.of(slow, quick, known("n3", Standing.STARTING, 0)));
        assertThat(cluster.totalNodes()).isEqualTo(3);
        assertThat(cluster.healthyNodes()).isEqualTo(1);
        assertThat(cluster.measuredNodes()).isEqualTo(2);
        assertThat(cluster.connections()).isEqualTo(400);
        assertThat(cluster.maxConnections()).isEqualTo(1000);
        assertThat(cluster.messagesPerSecond()).isEqualTo(207);
        assertThat(cluster.errorRate()).isEqualTo(0.1);
        assertThat(cluster.latency().percentileMs(50)).isCloseTo(1, within(0.01));
        assertThat(cluster.latency().percentileMs(95)).isCloseTo(100, within(1.0));
        assertThat(cluster.nodes()).extracting(NodeFigures::node).containsExactly("n1", "n2", "n3");
    }

    @Test
    void aLostNodeCountsButNotWhatItCarried() {
        ClusterSnapshot cluster =
                ClusterSnapshot.of(
                        List.of(
                                known("n1", Standing.HEALTHY, 10),
                                NodeFigures.of(snapshot("n2", 300, latency(1, 1)), Standing.LOST)));
        assertThat(cluster.totalNodes()).isEqualTo(2);
        assertThat(cluster.connections()).isEqualTo(10);
        assertThat(cluster.latency().count()).isZero();
        assertThat(cluster.errorRate()).isZero();
    }

    @Test
    void withoutRedisTheOwnSnapshotAndTheRegistryMustDo() {
        List<KnownNode> registry = new ArrayList<>();
        registry.add(new KnownNode(1, known("n1", Standing.HEALTHY, 1)));
        registry.add(new KnownNode(4, known("n2", Standing.HEALTHY, 2)));
        try (var metrics = new ClusterMetrics(null, () -> registry)) {
            assertThat(metrics.cluster().measuredNodes()).isZero();
            metrics.start(() -> snapshot("n1", 100, latency(5, 1)));
            ClusterSnapshot cluster = metrics.cluster();
            assertThat(cluster.measuredNodes()).isEqualTo(1);
            assertThat(cluster.connections()).isEqualTo(102);
            assertThat(cluster.latency().count()).isEqualTo(5);
            registry.set(0, new KnownNode(2, known("n1", Standing.HEALTHY, 1)));
            assertThat(metrics.cluster().measuredNodes()).as("of another life").isZero();
        }
    }

    @Test
    void tenSecondsAreLookedBackOn() {
        var recent = new RecentLoad();
        RecentLoad.Sum sum = RecentLoad.Sum.NOTHING;
        for (int second = 1; second <= 15; second++) {
            sum = recent.add(second, 1, latency(1, second));
        }
        assertThat(sum.commands()).isEqualTo(6 + 7 + 8 + 9 + 10 + 11 + 12 + 13 + 14 + 15);
        assertThat(sum.failed()).isEqualTo(10);
        assertThat(sum.latency().percentileMs(0)).isCloseTo(6, within(0.1));
    }
}
