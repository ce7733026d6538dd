package io.hawser.grid.bus;

import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Reads of channels one after the other, so that a node which has 100,000 of them to read again
 * (its connection was lost) neither fills the queue before Redis, where other reads want to go, nor
 * is refused and tries on and on. What waits is bounded by its users: a channel has one read at a
 * time. Thread-safe; nothing blocks.
 */
final class ReadTurns {
    private final int most;
    private final AtomicInteger underWay = new AtomicInteger();
    private final Queue<Supplier<? extends CompletionStage<?>>> urgent =
            new ConcurrentLinkedQueue<>();
    private final Queue<Supplier<? extends CompletionStage<?>>> others =
            new ConcurrentLinkedQueue<>();

    /**
     * @param most reads under way at most, at least 1
     */
    ReadTurns(int most) {
        this.most = most;
    }

    /**
     * Runs {@code read} when it is its turn, here or on a thread on which another one ended.
     *
     * @param isUrgent whether somebody waits for it: these come first
     * @param read must not throw, and its stage must complete some time
     */
    void take(boolean isUrgent, Supplier<? extends CompletionStage<?>> read) {
        (isUrgent ? urgent : others).add(read);
        proceed();
    }

    /** Reads that wait for their turn. */
    int waiting() {
        return urgent.size() + others.size();
    }

    private void proceed() {
        while (!(urgent.isEmpty() && others.isEmpty()) && reserve()) {
            Supplier<? extends CompletionStage<?>> next = urgent.poll();
            if (next == null) {
                next = others.poll();
            }
            if (next == null) {
                // Another thread was quicker; what came since then is seen in the next round.
                underWay.decrementAndGet();
            } else {
                run(next);
            }
        }
    }

    private boolean reserve() {
        int now = underWay.get();
        while (now < most) {
            if (underWay.compareAndSet(now, now + 1)) {
                return true;
            }
            now = underWay.get();
        }
        return false;
    }

    /** A stage that is complete already must not lead back here: the stack would grow with it. */
    private void run(Supplier<? extends CompletionStage<?>> read) {
        CompletionStage<?> stage = read.get();
        if (stage.toCompletableFuture().isDone()) {
            underWay.decrementAndGet();
            return;
        }
        stage.whenComplete(
                (answer, thrown) -> {
                    underWay.decrementAndGet();
                    proceed();
                });
    }
}
