package io.hawser.grid.affinity;

import io.hawser.grid.cluster.ClusterEvent;
import io.hawser.grid.cluster.ClusterEvent.NodeChanged;
import io.hawser.grid.cluster.ClusterEvent.NodeLost;
import io.hawser.grid.cluster.ClusterListener;
import io.hawser.grid.cluster.NodeStatus;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Look-ups under way: bounded in number and in time. While a node does not answer, what it owns of
 * the grid's map does not either, so nobody waits long for it then. Thread-safe.
 */
final class LookUps implements ClusterListener {
    /** Under way at most: with a hung member each may wait for its time. */
    private static final int MAX = 1_024;

    private final Limits limits;
    private final Semaphore free = new Semaphore(MAX);
    private final AtomicLong number = new AtomicLong();
    private final Map<Long, CompletableFuture<?>> running = new ConcurrentHashMap<>();

    /**
     * In milliseconds.
     *
     * @param patienceMs from the question to the answer; then it is given without the grid
     * @param hurryMs the same from the moment on in which a node is suspected or lost
     * @param hurryForMs how long that lasts
     */
    record Limits(long patienceMs, long hurryMs, long hurryForMs) {
        /** In two seconds the grid has taken the place of a lost node. */
        static final Limits DEFAULT = new Limits(400, 100, 2_000);
    }

    /** In a hurry until then, nanoseconds of {@link System#nanoTime}. */
    private volatile long hurryUntil = System.nanoTime();

    LookUps(Limits limits) {
        this.limits = limits;
    }

    /**
     * Asks the grid, on a virtual thread.
     *
     * @param ask completes what it is given; may block, before and after
     * @param otherwise the answer without the grid: if it does not answer in time, fails, or too
     *     many wait for it; must not block
     * @return never exceptional, unless {@code otherwise} is
     */
    <T> CompletionStage<T> start(Consumer<CompletableFuture<T>> ask, Supplier<T> otherwise) {
        if (!free.tryAcquire()) {
            return CompletableFuture.completedFuture(otherwise.get());
        }
        var answer = new CompletableFuture<T>();
        long mine = number.incrementAndGet();
        running.put(mine, answer);
        boolean hurry = System.nanoTime() - hurryUntil < 0;
        answer.orTimeout(hurry ? limits.hurryMs : limits.patienceMs, TimeUnit.MILLISECONDS);
        Thread.ofVirtual().name("affinity-read").start(() -> ask(ask, answer));
        return answer.whenComplete((_, _) -> running.remove(mine))
                .exceptionally(_ -> otherwise.get());
    }

    private <T> void ask(Consumer<CompletableFuture<T>> ask, CompletableFuture<T> answer) {
        try {
            ask.accept(answer);
        } catch (RuntimeException e) {
            answer.completeExceptionally(e);
        } finally {
            free.release();
        }
    }

    @Override
    public void on(ClusterEvent event) {
        boolean silent =
                event instanceof NodeLost
                        || (event instanceof NodeChanged changed
                                && changed.node().status() == NodeStatus.SUSPECT);
        if (silent) {
            hurryUntil = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limits.hurryForMs);
            running.values()
                    .forEach(answer -> answer.orTimeout(limits.hurryMs, TimeUnit.MILLISECONDS));
        }
    }
}
