package io.hawser.grid.failover;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.cluster.NodeInfo;
import io.hawser.grid.cluster.NodeStatus;

import org.junit.jupiter.api.Test;

import java.util.Arrays;

class FailoverStrategyTest {
    private static NodeInfo lost(String id, long incarnation) {
        return Known.node(id, incarnation, NodeStatus.OFFLINE, 10, 100);
    }

    @Test
    void onlyTheBulkOfGracefulWaitsForTheGrace() {
        assertThat(FailoverStrategy.IMMEDIATE.delayMs(lost("n1", 1), 5_000)).isZero();
        assertThat(FailoverStrategy.GRACEFUL.delayMs(lost("n1", 1), 5_000)).isEqualTo(5_000);
    }

    @Test
    void aDelayIsTheSameOnEveryNodeAndAnotherForEachFailure() {
        int[] perQuarter = new int[4];
        for (int i = 0; i < 400; i++) {
            NodeInfo node = lost("n" + (1 + i % 10), 1 + i / 10);
            long delayMs = FailoverStrategy.DELAYED.delayMs(node, 5_000);
            assertThat(delayMs).isBetween(10_000L, 30_000L);
            assertThat(
                            FailoverStrategy.DELAYED.delayMs(
                                    lost(node.id().value(), node.incarnation()), 1))
                    .isEqualTo(delayMs);
            perQuarter[(int) Math.min(3, (delayMs - 10_000) / 5_000)]++;
        }
        assertThat(Arrays.stream(perQuarter).boxed()).as("far apart").allMatch(count -> count > 50);
    }
}
