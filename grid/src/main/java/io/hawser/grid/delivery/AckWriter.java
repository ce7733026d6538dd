package io.hawser.grid.delivery;

import io.hawser.grid.priority.LaneQueue;
import io.hawser.grid.priority.Priority;
import io.hawser.grid.pubsub.BrokerException;
import io.hawser.grid.pubsub.BrokerException.Reason;
import io.hawser.grid.pubsub.StreamPosition;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Brings acknowledgements to the store: of those that come for one position within {@value
 * #PAUSE_MS} ms only the latest is written, and those of one user go together. The first after a
 * rest goes at once. At most {@value #MAX_WAITING} positions wait; beyond that a new one is refused
 * with {@code QUEUE_FULL}. Thread-safe; {@link #offer} never blocks, one thread does the rest.
 */
final class AckWriter implements AutoCloseable {
    static final int MAX_WAITING = 100_000;
    private static final long PAUSE_MS = 20;

    /** Calls of the store under way at once; it has its own bounds behind that. */
    private static final int MAX_IN_FLIGHT = 256;

    /** How long a close waits for what is under way. */
    private static final long CLOSE_MS = 1000;

    private static final Logger log = LoggerFactory.getLogger(AckWriter.class);

    private final PositionStore store;
    private final DeliveryCounters counters;
    private final LaneQueue<Key> order = new LaneQueue<>(MAX_WAITING);
    private final Map<Key, Waiting> waiting = new ConcurrentHashMap<>();
    private final Semaphore free = new Semaphore(MAX_IN_FLIGHT);
    private final Thread thread;
    private volatile boolean closed;

    /** Epochs do not mix: which of two is older only the store can tell. */
    private record Key(Recipient recipient, String channel, String epoch) {}

    /** All who wait for one position get one answer. */
    private record Waiting(long offset, CompletableFuture<StreamPosition> answer) {
        Waiting with(long other) {
            return other > offset ? new Waiting(other, answer) : this;
        }
    }

    private record Item(Key key, Waiting waiting) {}

    AckWriter(PositionStore store, DeliveryCounters counters) {
        this.store = store;
        this.counters = counters;
        this.thread = Thread.ofPlatform().name("ack-writer").daemon().unstarted(this::run);
        thread.start();
    }

    /**
     * The user has everything up to the position.
     *
     * @return the position stored then, which may be a later one; fails with {@link
     *     BrokerException}
     */
    CompletionStage<StreamPosition> offer(
            Recipient recipient, String channel, StreamPosition position) {
        if (closed) {
            return refused(Reason.UNAVAILABLE, "the node is stopping");
        }
        Key key = new Key(recipient, channel, position.epoch());
        var fresh = new Waiting(position.offset(), new CompletableFuture<>());
        while (waiting.putIfAbsent(key, fresh) != null) {
            Waiting merged =
                    waiting.computeIfPresent(key, (its, known) -> known.with(position.offset()));
            if (merged != null) {
                counters.coalesced.increment();
                return merged.answer();
            }
        }
        if (!order.offer(key, Priority.HIGH, 0)) {
            waiting.remove(key);
            fresh.answer()
                    .completeExceptionally(
                            new BrokerException(
                                    Reason.QUEUE_FULL, "too many acknowledgements wait"));
        }
        return fresh.answer();
    }

    private static CompletionStage<StreamPosition> refused(Reason reason, String why) {
        return CompletableFuture.failedStage(new BrokerException(reason, why));
    }

    /** Positions that wait to be written. */
    int waiting() {
        return order.size();
    }

    private void run() {
        try {
            while (!closed) {
                writeAll(order.take());
                Thread.sleep(PAUSE_MS);
            }
        } catch (InterruptedException e) {
            log.debug("the writer of acknowledgements ends");
        }
    }

    /** Writes the first and what has come behind it up to now. */
    private void writeAll(@Nullable Key first) {
        Map<String, List<Item>> byUser = new LinkedHashMap<>();
        int left = order.size() + 1;
        for (Key key = first; key != null && left > 0; key = --left > 0 ? order.poll() : null) {
            Waiting its = waiting.remove(key);
            if (its == null) {
                throw new IllegalStateException("nothing waits for " + key);
            }
            List<Item> items =
                    byUser.computeIfAbsent(key.recipient().user(), user -> new ArrayList<>(1));
            items.add(new Item(key, its));
            if (items.size() == PositionStore.MAX_AT_ONCE) {
                byUser.remove(key.recipient().user());
                write(key.recipient().user(), items);
            }
        }
        for (Map.Entry<String, List<Item>> each : byUser.entrySet()) {
            write(each.getKey(), each.getValue());
        }
    }

    private void write(String user, List<Item> items) {
        free.acquireUninterruptibly(); // the store answers, or fails what it was asked
        counters.writes.increment();
        List<Acknowledgement> acknowledgements =
                items.stream()
                        .map(
                                item ->
                                        new Acknowledgement(
                                                item.key.recipient().device(),
                                                item.key.channel(),
                                                new StreamPosition(
                                                        item.waiting.offset(), item.key.epoch())))
                        .toList();
        acknowledge(user, acknowledgements)
                .whenComplete(
                        (now, thrown) -> {
                            free.release();
                            if (thrown != null) {
                                fail(items, thrown);
                            } else {
                                answer(user, items, now);
                            }
                        });
    }

    private CompletionStage<List<Optional<StreamPosition>>> acknowledge(
            String user, List<Acknowledgement> acknowledgements) {
        try {
            return store.acknowledge(user, acknowledgements);
        } catch (RuntimeException e) {
            log.error("acknowledgements of a user cannot be written", e);
            return CompletableFuture.failedStage(
                    new BrokerException(Reason.FAILED, "acknowledgements cannot be written", e));
        }
    }

    private void answer(String user, List<Item> items, List<Optional<StreamPosition>> now) {
        for (int i = 0; i < items.size(); i++) {
            CompletableFuture<StreamPosition> answer = items.get(i).waiting.answer();
            Optional<StreamPosition> position = now.get(i);
            if (position.isPresent()) {
                counters.acknowledged.increment();
                answer.complete(position.get());
            } else {
                counters.failed.increment();
                answer.completeExceptionally(RedisPositionStore.tooMany(user));
            }
        }
    }

    private void fail(List<Item> items, Throwable thrown) {
        counters.failed.add(items.size());
        items.forEach(item -> item.waiting.answer().completeExceptionally(thrown));
    }

    /** Writes what waits, if the store answers within a second. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(CLOSE_MS);
            if (!thread.isAlive()) {
                writeAll(order.poll());
            }
            if (!free.tryAcquire(MAX_IN_FLIGHT, CLOSE_MS, TimeUnit.MILLISECONDS)) {
                log.warn("the store has not answered all acknowledgements");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        waiting.values()
                .forEach(
                        each ->
                                each.answer()
                                        .completeExceptionally(
                                                new BrokerException(
                                                        Reason.UNAVAILABLE,
                                                        "the node is stopping")));
    }
}
