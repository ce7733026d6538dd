package io.hawser.grid.bus;

import io.hawser.grid.priority.LaneQueue;
import io.hawser.grid.priority.Priority;
import io.hawser.grid.priority.Shedding;
import io.hawser.grid.pubsub.BrokerException;
import io.hawser.grid.pubsub.PublishLimits;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * Lets publications wait a moment for others of their channel, before the queue of the connection.
 * One thread owns {@link PublishBatches}; others hand to it by a queue of lanes. Thread-safe; what
 * others call never blocks and takes no lock.
 *
 * <p>What is not answered yet, here or on the way, is bounded as {@link LaneQueue} is: low is
 * refused first.
 */
final class PublishBatcher implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PublishBatcher.class);

    /** A batch with more in it is not waited for: nothing is gained any more. */
    private static final int MAX_BATCH_BYTES = 256 << 10;

    private final Sender sender;
    private final Shedding shedding;
    private final PublishBatches batches;
    private final LaneQueue<Arrival> arrivals;
    private final AtomicInteger unanswered = new AtomicInteger();
    private final AtomicLong unansweredBytes = new AtomicLong();
    private final LongAdder sent = new LongAdder();
    private final LongAdder together = new LongAdder();
    private final Thread thread;
    private volatile boolean closed;

    /** Set when the thread takes no more from the queue. */
    private volatile boolean ended;

    /** Where batches go. Must not block. */
    interface Sender {
        /** Sends them, at least one, and completes their answers. */
        void send(PublishBatches.Batch batch);
    }

    private sealed interface Arrival {
        record Publish(PendingPublish publish) implements Arrival {}

        /** Comes behind all that the channel has here. */
        record Behind(String channel, Runnable task, Runnable cancelled) implements Arrival {}
    }

    /**
     * @param maxBytes of bodies that are not answered yet
     */
    PublishBatcher(PublishLimits limits, long maxBytes, Shedding shedding, Sender sender) {
        this.sender = sender;
        this.shedding = shedding;
        this.arrivals = new LaneQueue<>(limits.queue(), maxBytes, shedding);
        this.batches =
                new PublishBatches(
                        limits.batchSize(), MAX_BATCH_BYTES, limits.batchDelay().toNanos());
        this.thread = Thread.ofPlatform().name("publish-batches").daemon().start(this::run);
    }

    /** Completes the publish's answer, now or later. */
    void publish(PendingPublish publish) {
        Priority lane = publish.options().priority();
        int bytes = publish.body().length;
        if (!admit(lane, bytes, publish.answer())) {
            return;
        }
        arrivals.add(new Arrival.Publish(publish), lane, bytes);
        if (ended) {
            failArrivals();
        }
    }

    /** Runs {@code command} behind what was published to the channel in this lane before. */
    <T extends @Nullable Object> CompletionStage<T> behind(
            String channel, Priority lane, Supplier<CompletionStage<T>> command) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        if (admit(lane, 0, answer)) {
            arrivals.add(
                    new Arrival.Behind(
                            channel,
                            () ->
                                    command.get()
                                            .whenComplete(
                                                    (value, thrown) -> hand(answer, value, thrown)),
                            () -> answer.completeExceptionally(isClosed())),
                    lane,
                    0);
            if (ended) {
                failArrivals();
            }
        }
        return answer;
    }

    private static <T extends @Nullable Object> void hand(
            CompletableFuture<T> answer, T value, @Nullable Throwable thrown) {
        if (thrown == null) {
            answer.complete(value);
        } else {
            answer.completeExceptionally(thrown);
        }
    }

    /** Counts it until it is answered; answers it now if there are too many. */
    private boolean admit(Priority lane, int bytes, CompletableFuture<?> answer) {
        long ahead = unansweredBytes.getAndAdd(bytes);
        boolean fits =
                unanswered.incrementAndGet() <= arrivals.bound(lane)
                        && ahead < arrivals.bytesBound(lane);
        var _ =
                answer.whenComplete(
                        (value, thrown) -> {
                            unanswered.decrementAndGet();
                            unansweredBytes.addAndGet(-bytes);
                        });
        if (fits) {
            return true;
        }
        if (lane == Priority.LOW && shedding.isOn()) {
            shedding.publishes.increment();
        }
        answer.completeExceptionally(
                new BrokerException(
                        BrokerException.Reason.QUEUE_FULL, "too many publishes wait for Redis"));
        return false;
    }

    private static BrokerException isClosed() {
        return new BrokerException(BrokerException.Reason.UNAVAILABLE, "broker is closed");
    }

    private void run() {
        List<PublishBatches.Batch> out = new ArrayList<>();
        try {
            while (!closed) {
                Arrival next = arrivals.poll();
                if (next == null) {
                    next = arrivals.take(batches.nanosToDue(System.nanoTime()));
                }
                if (next != null) {
                    take(next, out);
                }
                batches.due(System.nanoTime(), out);
                send(out);
            }
        } catch (InterruptedException e) {
            log.debug("batches end");
        } finally {
            ended = true;
            batches.closeAll(out);
            out.forEach(batch -> batch.publications.forEach(PublishBatcher::fail));
            failArrivals();
        }
    }

    private void take(Arrival arrival, List<PublishBatches.Batch> out) {
        switch (arrival) {
            case Arrival.Publish publish -> batches.add(publish.publish(), System.nanoTime(), out);
            case Arrival.Behind behind -> {
                batches.close(behind.channel(), out);
                send(out);
                behind.task().run();
            }
        }
    }

    private void send(List<PublishBatches.Batch> out) {
        for (PublishBatches.Batch batch : out) {
            sent.increment();
            together.add(batch.publications.size());
            try {
                sender.send(batch);
            } catch (RuntimeException e) {
                log.error("a batch of publications could not be sent", e);
                batch.publications.forEach(publish -> publish.complete(null, e));
            }
        }
        out.clear();
    }

    private static void fail(PendingPublish publish) {
        publish.answer().completeExceptionally(isClosed());
    }

    /** Once the thread takes no more: by it, and by those who came at the last moment. */
    private synchronized void failArrivals() {
        for (Arrival next = arrivals.poll(); next != null; next = arrivals.poll()) {
            switch (next) {
                case Arrival.Publish publish -> fail(publish.publish());
                case Arrival.Behind behind -> behind.cancelled().run();
            }
        }
    }

    /** Batches that were sent. */
    long batches() {
        return sent.sum();
    }

    /** Publications in them. */
    long publications() {
        return together.sum();
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
