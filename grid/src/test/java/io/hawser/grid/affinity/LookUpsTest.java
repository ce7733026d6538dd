package io.hawser.grid.affinity;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.cluster.ClusterEvent;
import io.hawser.grid.cluster.NodeInfo;
import io.hawser.grid.cluster.NodeStatus;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;

/** What look-ups come to when the grid answers, fails, or does not answer. */
class LookUpsTest {
    private static final long NEVER_MS = 3_600_000;

    private final LookUps lookUps = new LookUps(LookUps.Limits.DEFAULT);
    private final CountDownLatch never = new CountDownLatch(1);

    private static String of(CompletionStage<String> stage) {
        return stage.toCompletableFuture().join();
    }

    private void hang(CompletableFuture<String> answer) {
        try {
            never.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        answer.complete("late");
    }

    @Test
    void theGridsAnswerCounts() {
        assertThat(of(lookUps.start(answer -> answer.complete("grid"), () -> "none")))
                .isEqualTo("grid");
    }

    @Test
    void withoutOneTheOtherDoes() {
        assertThat(
                        of(
                                lookUps.start(
                                        _ -> {
                                            throw new IllegalStateException("no grid");
                                        },
                                        () -> "none")))
                .isEqualTo("none");
        assertThat(of(lookUps.start(this::hang, () -> "none"))).isEqualTo("none");
        never.countDown();
    }

    @Test
    void afterALossNobodyWaitsLong() {
        var patient = new LookUps(new LookUps.Limits(NEVER_MS, 10, NEVER_MS));
        var before = patient.start(this::hang, () -> "none");
        NodeInfo node = Fleet.node("n1");
        patient.on(new ClusterEvent.NodeJoined(node));
        assertThat(before.toCompletableFuture()).isNotDone();
        patient.on(new ClusterEvent.NodeLost(Fleet.being("n1", NodeStatus.OFFLINE)));
        assertThat(of(before)).isEqualTo("none");
        assertThat(of(patient.start(this::hang, () -> "none"))).isEqualTo("none");
        never.countDown();
    }

    @Test
    void noneWaitsLongForASuspectedNodeAndThenAllAreAsPatientAsBefore() {
        var patient = new LookUps(new LookUps.Limits(NEVER_MS, 10, 0));
        var before = patient.start(this::hang, () -> "none");
        NodeInfo node = Fleet.node("n1");
        patient.on(new ClusterEvent.NodeChanged(node, Fleet.being("n1", NodeStatus.SUSPECT)));
        assertThat(of(before)).isEqualTo("none");
        var after = patient.start(this::hang, () -> "none");
        never.countDown();
        assertThat(of(after)).isEqualTo("late");
    }

    /** Each that hangs has a thread until the grid answers, so there are only so many. */
    @Test
    void tooManyAreAnsweredWithoutTheGridAtOnce() {
        var patient = new LookUps(new LookUps.Limits(NEVER_MS, NEVER_MS, 0));
        List<CompletionStage<String>> hanging = new ArrayList<>();
        for (int i = 0; i < 1_024; i++) {
            hanging.add(patient.start(this::hang, () -> "none"));
        }
        var more = patient.start(answer -> answer.complete("grid"), () -> "none");
        assertThat(more.toCompletableFuture()).isCompletedWithValue("none");
        never.countDown();
        hanging.forEach(each -> assertThat(of(each)).isEqualTo("late"));
    }
}
