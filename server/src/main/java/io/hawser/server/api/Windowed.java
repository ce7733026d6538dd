package io.hawser.server.api;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;

/**
 * Does something asynchronous to each of a list, a few at a time, and keeps the results in the
 * list's order. With a window of one each begins when the one before has ended. Thread-safe.
 */
public final class Windowed<T, R> {
    private final List<T> items;
    private final Function<T, CompletionStage<R>> work;
    private final AtomicReferenceArray<R> results;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger open;
    private final CompletableFuture<List<R>> done = new CompletableFuture<>();

    private Windowed(List<T> items, Function<T, CompletionStage<R>> work) {
        this.items = items;
        this.work = work;
        this.results = new AtomicReferenceArray<>(items.size());
        this.open = new AtomicInteger(items.size());
    }

    /**
     * Does it to all.
     *
     * @param window how many are under way at once, at least 1
     * @param work its stages must not fail; of a failed one the result fails too
     */
    public static <T, R> CompletionStage<List<R>> map(
            List<T> items, int window, Function<T, CompletionStage<R>> work) {
        var windowed = new Windowed<>(items, work);
        if (items.isEmpty()) {
            windowed.done.complete(List.of());
        }
        for (int i = 0; i < Math.min(window, items.size()); i++) {
            windowed.advance();
        }
        return windowed.done;
    }

    /** A loop as long as answers are there at once: recursion could be as deep as the list. */
    private void advance() {
        for (int i = next.getAndIncrement(); i < items.size(); i = next.getAndIncrement()) {
            CompletableFuture<R> stage = work.apply(items.get(i)).toCompletableFuture();
            int index = i;
            if (!stage.isDone()) {
                var _ =
                        stage.whenComplete(
                                (result, failure) -> {
                                    finish(index, stage);
                                    advance();
                                });
                return;
            }
            finish(index, stage);
        }
    }

    private void finish(int index, CompletableFuture<R> stage) {
        if (stage.isCompletedExceptionally()) {
            done.completeExceptionally(stage.exceptionNow());
            return;
        }
        results.set(index, stage.join());
        if (open.decrementAndGet() == 0) {
            var list = new ArrayList<R>(items.size());
            for (int i = 0; i < items.size(); i++) {
                list.add(results.get(i));
            }
            done.complete(list);
        }
    }
}
