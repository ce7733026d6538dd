package io.hawser.grid.bus;

import io.hawser.grid.pubsub.History;
import io.hawser.grid.pubsub.HistoryQuery;
import io.netty.util.Timer;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Equal questions about one channel's history share one read: while it is under way, and after it
 * was answered until {@link #SHARE_MS} after it was asked. Thread-safe; nothing blocks.
 */
final class SharedReads {
    /** Age at most of what is handed out. */
    static final long SHARE_MS = 100;

    /** Questions remembered at most; what is more is read alone. */
    private static final int MAX_READS = 256;

    private final Timer timer;
    private final Map<Question, CompletableFuture<History>> reads = new ConcurrentHashMap<>();

    /** What is asked. */
    record Question(String channel, HistoryQuery query, int size) {}

    /**
     * @param timer forgets
     */
    SharedReads(Timer timer) {
        this.timer = timer;
    }

    /**
     * The answer of an equal question or a new read's.
     *
     * @param isCurrent false for an answer that is known to be out of date
     * @param read asks the store
     */
    CompletionStage<History> read(
            Question question,
            Predicate<History> isCurrent,
            Supplier<CompletionStage<History>> read) {
        CompletableFuture<History> shared = reads.get(question);
        if (shared != null && !isOutOfDate(shared, isCurrent)) {
            return share(shared, isCurrent, read);
        }
        if (shared != null) {
            reads.remove(question, shared);
        }
        if (reads.size() >= MAX_READS) {
            return read.get();
        }
        CompletableFuture<History> fresh = new CompletableFuture<>();
        CompletableFuture<History> other = reads.putIfAbsent(question, fresh);
        return other != null ? share(other, isCurrent, read) : ask(question, fresh, read);
    }

    /** A read that was under way may have been too early, which only its answer shows. */
    private static CompletionStage<History> share(
            CompletableFuture<History> shared,
            Predicate<History> isCurrent,
            Supplier<CompletionStage<History>> read) {
        return shared.thenCompose(
                history ->
                        isCurrent.test(history)
                                ? CompletableFuture.completedStage(history)
                                : read.get());
    }

    private static boolean isOutOfDate(
            CompletableFuture<History> shared, Predicate<History> isCurrent) {
        return shared.isCompletedExceptionally()
                || (shared.isDone() && !isCurrent.test(shared.join()));
    }

    private CompletionStage<History> ask(
            Question question,
            CompletableFuture<History> fresh,
            Supplier<CompletionStage<History>> read) {
        timer.newTimeout(timeout -> reads.remove(question, fresh), SHARE_MS, TimeUnit.MILLISECONDS);
        read.get()
                .whenComplete(
                        (history, thrown) -> {
                            if (history != null) {
                                fresh.complete(history);
                            } else {
                                reads.remove(question, fresh);
                                fresh.completeExceptionally(thrown);
                            }
                        });
        return fresh.minimalCompletionStage();
    }

    /** The channel's history was changed by this node. */
    void forget(String channel) {
        reads.keySet().removeIf(question -> question.channel().equals(channel));
    }
}
