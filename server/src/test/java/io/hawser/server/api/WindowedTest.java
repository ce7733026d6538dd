package io.hawser.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;

/** {@link Windowed}, with work that ends when the test says so. */
class WindowedTest {
    private final List<CompletableFuture<String>> begun = new ArrayList<>();

    private CompletionStage<String> begin(Integer item) {
        var work = new CompletableFuture<String>();
        begun.add(work);
        return work;
    }

    @Test
    void noMoreThanTheWindowIsUnderWayAndResultsKeepTheOrder() {
        var result = Windowed.map(List.of(0, 1, 2, 3), 2, this::begin).toCompletableFuture();
        assertThat(begun).hasSize(2);
        begun.get(1).complete("one");
        assertThat(begun).hasSize(3);
        begun.get(2).complete("two");
        begun.get(3).complete("three");
        assertThat(result).isNotDone();
        begun.get(0).complete("zero");
        assertThat(result).isCompletedWithValue(List.of("zero", "one", "two", "three"));
    }

    @Test
    void nothingToDoIsDone() {
        assertThat(Windowed.map(List.<Integer>of(), 4, this::begin).toCompletableFuture())
                .isCompletedWithValue(List.of());
    }

    @Test
    void answersAtOnceNeedNoStack() {
        List<Integer> many = IntStream.range(0, 200_000).boxed().toList();
        assertThat(Windowed.map(many, 1, CompletableFuture::completedFuture).toCompletableFuture())
                .isCompletedWithValue(many);
    }

    @Test
    void aFailureIsNotSwallowed() {
        var result = Windowed.map(List.of(0), 1, this::begin).toCompletableFuture();
        begun.getFirst().completeExceptionally(new IllegalStateException("x"));
        assertThat(result).isCompletedExceptionally();
    }
}
