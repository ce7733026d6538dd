package io.hawser.server.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

class EmulationTurnsTest {
    private final EmulationTurns turns = new EmulationTurns();
    private final List<CompletableFuture<EmulationOutcome>> started = new ArrayList<>();

    private CompletableFuture<EmulationOutcome> take(String session) {
        return turns.take(session, this::start).toCompletableFuture();
    }

    private CompletionStage<EmulationOutcome> start() {
        var delivery = new CompletableFuture<EmulationOutcome>();
        started.add(delivery);
        return delivery;
    }

    @Test
    void oneOfASessionAtATime() {
        var first = take("a");
        var second = take("a");
        assertThat(started).hasSize(1);
        started.getFirst().complete(EmulationOutcome.DELIVERED);
        assertThat(first).isCompletedWithValue(EmulationOutcome.DELIVERED);
        assertThat(second).isNotDone();
        assertThat(started).hasSize(2);
        started.getLast().complete(EmulationOutcome.UNKNOWN_SESSION);
        assertThat(second).isCompletedWithValue(EmulationOutcome.UNKNOWN_SESSION);
    }

    @Test
    void sessionsDoNotWaitForEachOther() {
        var _ = take("a");
        var _ = take("b");
        assertThat(started).hasSize(2);
    }

    @Test
    void afterAFailureTheNextGoesOn() {
        var first = take("a");
        var _ = take("a");
        started.getFirst().completeExceptionally(new IllegalStateException("for the test"));
        assertThat(first).isCompletedWithValue(EmulationOutcome.UNANSWERED);
        assertThat(started).hasSize(2);
    }

    @Test
    void onlySoManyWait() {
        for (int i = 0; i <= EmulationTurns.MAX_WAITING; i++) {
            assertThat(take("a")).isNotDone();
        }
        assertThat(take("a")).isCompletedWithValue(EmulationOutcome.UNANSWERED);
        started.getFirst().complete(EmulationOutcome.DELIVERED);
        assertThat(take("a")).isNotDone();
    }

    @Test
    void aSessionWithNothingUnderWayIsForgotten() {
        var _ = take("a");
        started.getFirst().complete(EmulationOutcome.DELIVERED);
        var _ = take("a");
        assertThat(started).hasSize(2);
    }
}
