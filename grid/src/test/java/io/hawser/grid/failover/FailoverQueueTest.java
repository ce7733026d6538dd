package io.hawser.grid.failover;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.cluster.NodeId;
import io.hawser.grid.cluster.NodeInfo;
import io.hawser.grid.cluster.NodeStatus;

import org.junit.jupiter.api.Test;

import java.util.List;

class FailoverQueueTest {
    private final FailoverQueue queue = new FailoverQueue(new NodeId("here"));

    private static NodeInfo lost(String id, long incarnation) {
        return Known.node(id, incarnation, NodeStatus.OFFLINE, 10, 100);
    }

    private List<String> due(long nowMs) {
        return queue.due(nowMs, true, _ -> false).stream()
                .map(each -> each.node().id().value())
                .toList();
    }

    @Test
    void isDueAfterItsDelayAndForTheCoordinatorOnly() {
        queue.lost(lost("n1", 1), 1_000, 500);
        assertThat(queue.due(1_500, false, _ -> true)).isEmpty();
        assertThat(due(1_499)).isEmpty();
        assertThat(due(1_500)).containsExactly("n1");
    }

    @Test
    void whoIsBackIsNotWaitedFor() {
        queue.lost(lost("n1", 1), 0, 5_000);
        queue.lost(lost("n2", 1), 0, 5_000);
        assertThat(queue.due(1, true, node -> node.id().value().equals("n2")))
                .extracting(each -> each.node().id().value())
                .containsExactly("n2");
        assertThat(due(4_999)).isEmpty();
    }

    @Test
    void staysUntilItIsDone() {
        queue.lost(lost("n1", 2), 0, 0);
        queue.lost(lost("n2", 2), 0, 0);
        assertThat(due(10)).containsExactly("n1", "n2");
        queue.done(new NodeId("n1"), 1);
        assertThat(due(20)).as("an earlier life was done").containsExactly("n1", "n2");
        queue.done(new NodeId("n1"), 3);
        assertThat(due(30)).containsExactly("n2");
    }

    @Test
    void isNotDoneAgainIfTheNewsOfThatComesBeforeTheLoss() {
        queue.done(new NodeId("n1"), 2);
        queue.lost(lost("n1", 2), 0, 0);
        queue.lost(lost("n2", 2), 0, 0);
        assertThat(due(10)).containsExactly("n2");
        queue.done(new NodeId("n1"), 1);
        queue.lost(lost("n1", 2), 20, 0);
        assertThat(due(30)).containsExactly("n2");
        queue.lost(lost("n1", 3), 40, 0);
        assertThat(due(50)).as("a later life").containsExactly("n2", "n1");
    }

    @Test
    void itsOwnEarlierLifeIsForOthers() {
        queue.lost(lost("here", 1), 0, 0);
        queue.lost(lost("n1", 1), 0, 0);
        assertThat(due(10)).containsExactly("n1");
    }

    @Test
    void isGivenUpAfterAMinute() {
        queue.lost(lost("n1", 1), 0, 500);
        assertThat(queue.due(500 + FailoverQueue.KEPT_MS, false, _ -> false)).isEmpty();
        assertThat(due(500 + FailoverQueue.KEPT_MS)).containsExactly("n1");
        assertThat(queue.due(501 + FailoverQueue.KEPT_MS, false, _ -> false)).isEmpty();
        assertThat(due(501 + FailoverQueue.KEPT_MS)).isEmpty();
    }

    @Test
    void theTimeOfTheFirstReportCounts() {
        queue.lost(lost("n1", 1), 0, 0);
        queue.lost(lost("n1", 1), 5_000, 10_000);
        assertThat(due(1)).containsExactly("n1");
    }

    @Test
    void isBounded() {
        for (int i = 0; i <= FailoverQueue.MAX_PENDING; i++) {
            queue.lost(lost("n" + i, 1), 0, 0);
        }
        assertThat(due(1)).hasSize(FailoverQueue.MAX_PENDING).doesNotContain("n0").contains("n1");
    }

    @Test
    void aNewLifeForgets() {
        queue.lost(lost("n1", 1), 0, 0);
        queue.clear();
        assertThat(due(1)).isEmpty();
    }
}
