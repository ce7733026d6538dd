package io.hawser.grid.failover;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.cluster.NodeId;
import io.hawser.grid.failover.FailoverRecord.Outcome;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;

class FailoverLogTest {
    private final FailoverLog log = new FailoverLog();

    private static FailoverRecord record(
            String node, long incarnation, String coordinator, long lostAtMs, Outcome outcome) {
        return new FailoverRecord(
                new NodeId(node),
                incarnation,
                new NodeId(coordinator),
                lostAtMs,
                FailoverStrategy.IMMEDIATE,
                10,
                Map.of(),
                0,
                outcome,
                0,
                5);
    }

    private List<String> nodes() {
        return log.records().stream().map(each -> each.node() + "#" + each.incarnation()).toList();
    }

    @Test
    void theNewestLossComesFirstWhateverWasHeardFirst() {
        log.add(record("n1", 1, "n2", 2_000, Outcome.REASSIGNED));
        log.add(record("n3", 1, "n2", 1_000, Outcome.REASSIGNED));
        log.add(record("n1", 2, "n2", 3_000, Outcome.REASSIGNED));
        assertThat(nodes()).containsExactly("n1#2", "n1#1", "n3#1");
    }

    @Test
    void whatSucceedsInTheEndStandsForItsFailures() {
        assertThat(log.add(record("n1", 1, "n2", 1_000, Outcome.FAILED))).isTrue();
        assertThat(log.add(record("n1", 1, "n2", 1_001, Outcome.FAILED))).isFalse();
        assertThat(log.add(record("n1", 1, "n2", 1_000, Outcome.REASSIGNED))).isTrue();
        assertThat(log.add(record("n1", 1, "n2", 1_000, Outcome.REASSIGNED))).isFalse();
        assertThat(log.records()).hasSize(1);
        assertThat(log.records().getFirst().outcome()).isEqualTo(Outcome.REASSIGNED);
    }

    @Test
    void twoCoordinatorsAreBothOnRecord() {
        log.add(record("n1", 1, "n2", 1_000, Outcome.REASSIGNED));
        log.add(record("n1", 1, "n3", 1_001, Outcome.REASSIGNED));
        assertThat(log.records()).hasSize(2);
    }

    @Test
    void theOldestIsForgotten() {
        for (int i = 0; i <= FailoverLog.MAX_RECORDS; i++) {
            log.add(record("n" + i, 1, "n2", 1_000 + i, Outcome.REASSIGNED));
        }
        assertThat(nodes()).hasSize(FailoverLog.MAX_RECORDS).doesNotContain("n0#1");
    }
}
