package io.hawser.grid.bus;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

class ReadTurnsTest {
    private final ReadTurns turns = new ReadTurns(2);
    private final List<String> begun = new ArrayList<>();
    private final List<CompletableFuture<String>> open = new ArrayList<>();

    private void take(boolean urgent, String name) {
        turns.take(
                urgent,
                () -> {
                    begun.add(name);
                    var answer = new CompletableFuture<String>();
                    open.add(answer);
                    return answer;
                });
    }

    @Test
    void noMoreThanSoManyAreUnderWayAndTheUrgentComeFirst() {
        take(false, "a");
        take(false, "b");
        take(false, "c");
        take(true, "d");
        assertThat(begun).containsExactly("a", "b");
        assertThat(turns.waiting()).isEqualTo(2);
        open.get(0).complete("");
        assertThat(begun).containsExactly("a", "b", "d");
        open.get(1).completeExceptionally(new IllegalStateException("refused"));
        assertThat(begun).containsExactly("a", "b", "d", "c");
        assertThat(turns.waiting()).isZero();
    }

    @Test
    void whatFailsAtOnceTakesNoTurnAndNoStack() {
        take(false, "a");
        take(false, "b");
        for (int i = 0; i < 100_000; i++) {
            turns.take(
                    false,
                    () -> {
                        begun.add("failed");
                        return CompletableFuture.failedFuture(new IllegalStateException("down"));
                    });
        }
        take(false, "last");
        open.get(0).complete("");
        assertThat(begun).hasSize(100_003).endsWith("last");
        open.get(1).complete("");
        open.get(2).complete("");
        assertThat(turns.waiting()).isZero();
    }
}
