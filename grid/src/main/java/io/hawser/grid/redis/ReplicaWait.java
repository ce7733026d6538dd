package io.hawser.grid.redis;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Holds answers back until replicas have what was written, by WAIT on the connection that wrote it:
 * one for all that was answered before it was asked, and one at a time. What is held is bounded by
 * the commands that may be unanswered: while Redis waits it carries out no more of them. Thread-
 * safe, without locks. Source: <a href="https://redis.io/docs/latest/commands/wait/">WAIT</a>.
 */
final class ReplicaWait {
    private final int replicas;
    private final long timeoutMs;
    private final Consumer<Answered<Long>> sender;
    private final Queue<Held<?>> held = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean asking = new AtomicBoolean();

    /** A new connection has written nothing, so what it is told is not about what another wrote. */
    private final AtomicInteger connection = new AtomicInteger();

    private record Held<T>(@Nullable T value, Answered<T> listener, int connection) {
        void pass() {
            listener.answered(value, null);
        }

        void fail(RedisFailure failure) {
            listener.answered(null, failure);
        }
    }

    /**
     * @param replicas that must have it, at least 1
     * @param timeout of each WAIT, well below the time after which a silent connection is given up
     * @param sender sends WAIT behind everything that is answered already, over the connection that
     *     is there then
     */
    ReplicaWait(int replicas, Duration timeout, Consumer<Answered<Long>> sender) {
        this.replicas = replicas;
        this.timeoutMs = Math.max(1, timeout.toMillis()); // 0 would be for ever
        this.sender = sender;
    }

    /** The command that {@code sender} sends. */
    RedisCall<Long> call() {
        return RedisCall.await(replicas, timeoutMs);
    }

    /** There is another connection, to which nothing was written yet. */
    void connected() {
        connection.incrementAndGet();
    }

    /** One who hears of success only when the replicas have it, and of a failure at once. */
    <T> Answered<T> before(Answered<T> listener) {
        return (value, failure) -> {
            if (failure != null) {
                listener.answered(null, failure);
            } else {
                held.add(new Held<>(value, listener, connection.get()));
                ask();
            }
        };
    }

    private void ask() {
        while (!held.isEmpty() && !asking.getAndSet(true)) {
            List<Held<?>> all = take();
            if (all.isEmpty()) {
                asking.set(false);
            } else {
                sender.accept((count, failure) -> told(all, count, failure));
                return;
            }
        }
    }

    private List<Held<?>> take() {
        List<Held<?>> all = new ArrayList<>();
        for (Held<?> next = held.poll(); next != null; next = held.poll()) {
            all.add(next);
        }
        return all;
    }

    private void told(List<Held<?>> all, @Nullable Long count, @Nullable RedisFailure failure) {
        int now = connection.get();
        asking.set(false);
        ask();
        for (Held<?> each : all) {
            if (failure != null) {
                each.fail(failure);
            } else if (each.connection() != now) {
                each.fail(
                        new RedisFailure(
                                RedisFailure.Kind.UNAVAILABLE,
                                "the connection was lost before replicas had it"));
            } else if (count == null || count < replicas) {
                each.fail(
                        RedisFailure.answered(
                                "NOREPLICAS stored, but after %d ms by %s replicas of %d"
                                        .formatted(timeoutMs, count, replicas)));
            } else {
                each.pass();
            }
        }
    }
}
