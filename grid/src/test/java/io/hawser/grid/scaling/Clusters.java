package io.hawser.grid.scaling;

import io.hawser.grid.metrics.ClusterSnapshot;
import io.hawser.grid.metrics.LatencyHistogram;
import io.hawser.grid.metrics.LatencyRecorder;
import io.hawser.grid.metrics.NodeFigures;
import io.hawser.grid.metrics.NodeFigures.Standing;

import java.util.ArrayList;
import java.util.List;

/** Clusters and a policy in seconds, for tests. */
final class Clusters {
    static final int MAX_CONNECTIONS = 1_000;
    static final LatencyHistogram QUICK = latency(5);
    static final LatencyHistogram SLOW = latency(80);

    static final ScalingPolicy POLICY =
            new ScalingPolicy(
                    2,
                    6,
                    1,
                    List.of(Measure.CONNECTIONS, Measure.CPU),
                    List.of(),
                    0.05,
                    40_000,
                    new ScalingPolicy.Up(0.8, 0.9, 50, 100, 0.05, 2, 600_000, 100, 5_000, 20_000),
                    new ScalingPolicy.Down(0.3, 30_000, 60_000),
                    new ScalingPolicy.Forecast(true, 20_000, 2_000, 600_000, 0.4, 0.2, 0.2));

    private Clusters() {}

    private static LatencyHistogram latency(int ms) {
        var recorder = new LatencyRecorder();
        for (int i = 0; i < 200; i++) {
            recorder.record(ms * 1_000_000L);
        }
        return recorder.take();
    }

    /** Nodes n1, n2 …, healthy, with these shares of their connections. */
    static ClusterSnapshot of(double... shares) {
        List<NodeFigures> nodes = new ArrayList<>();
        for (int i = 0; i < shares.length; i++) {
            nodes.add(node("n" + (i + 1), Standing.HEALTHY, shares[i], 0.01, QUICK));
        }
        return ClusterSnapshot.of(nodes);
    }

    static NodeFigures node(
            String id,
            Standing standing,
            double share,
            double errorRate,
            LatencyHistogram latency) {
        return new NodeFigures(
                id,
                standing,
                true,
                (int) Math.round(share * MAX_CONNECTIONS),
                MAX_CONNECTIONS,
                0.1,
                0.1,
                100,
                1_000,
                Math.round(1_000 * errorRate),
                latency);
    }
}
