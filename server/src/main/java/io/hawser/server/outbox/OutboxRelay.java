package io.hawser.server.outbox;

import io.hawser.grid.bus.NumberedPublisher.Numbered;
import io.hawser.grid.pubsub.BrokerException;
import io.hawser.grid.pubsub.HistoryOptions;
import io.hawser.server.security.ChannelPolicy;
import io.hawser.server.storage.DatabaseUnavailableException;
import io.hawser.server.storage.OutboxBatch;
import io.hawser.server.storage.OutboxState;
import io.hawser.server.storage.OutboxTable;
import io.hawser.server.storage.RefusedRow;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Publishes the rows of the outbox: read, publish, remove, on one virtual thread. Thread-safe.
 *
 * <ol>
 *   <li>Each committed row is published once, in a channel in the order of the commits, whenever
 *       the relay dies and however many relays there are: the publisher leaves out what is
 *       published already. One relay at a time is merely quicker.
 *   <li>A row that may not be published is laid aside with the reason and holds up nobody.
 *   <li>A row is removed only once Redis has acknowledged it. While Redis or PostgreSQL is away
 *       nothing happens but trying again.
 *   <li>A channel that Redis refuses rests; the others go on.
 *   <li>At most {@link OutboxLimits#maxRows} rows and {@link #MAX_BATCH_BYTES} of data are in
 *       memory.
 * </ol>
 */
public final class OutboxRelay implements AutoCloseable {
    /** Rows of one look, and so calls of the publisher under way, at most. */
    public static final int MAX_ROWS = 10_000;

    private static final int MAX_BATCH_BYTES = 8 << 20;

    /** The publisher's own limit is shorter. */
    private static final long ANSWER_LIMIT_MS = 10_000;

    /** How often a node looks whether it has become the one that publishes. */
    private static final Duration STANDBY = Duration.ofMillis(250);

    private static final long MEASURE_INTERVAL_MS = 5_000;
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);
    private static final Logger log = LoggerFactory.getLogger(OutboxRelay.class);

    private final OutboxTable table;
    private final Publisher publisher;
    private final RowCheck check;
    private final BooleanSupplier chosen;
    private final OutboxLimits limits;
    private final Thread thread;
    private final LongAdder published = new LongAdder();
    private final LongAdder repeated = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private volatile boolean closed;
    private volatile boolean relaying;
    private volatile int restingNow;
    private volatile OutboxState state = OutboxState.EMPTY;

    // Of the relay's thread:
    private final RestingChannels resting = new RestingChannels();
    private final RelayPace pace;
    private long measuredAtMs = nowMs() - MEASURE_INTERVAL_MS;
    private boolean failing;

    /** Publishes rows once each, as {@link io.hawser.grid.pubsub.NumberedPublisher} does. */
    public interface Publisher {
        /** Completes with the number of those that were published now. */
        CompletionStage<Long> publish(
                String source, String channel, List<Numbered> rows, HistoryOptions history);
    }

    private OutboxRelay(
            OutboxTable table,
            Publisher publisher,
            RowCheck check,
            BooleanSupplier chosen,
            OutboxLimits limits) {
        this.table = table;
        this.publisher = publisher;
        this.check = check;
        this.chosen = chosen;
        this.limits = limits;
        this.pace = new RelayPace(limits.poll());
        this.thread = Thread.ofVirtual().name("outbox").unstarted(this::run);
    }

    /**
     * Starts a relay.
     *
     * @param channelMaxBytes longest channel name, in bytes of UTF-8
     * @param chosen whether this node is the one to publish; must not block
     */
    public static OutboxRelay start(
            OutboxTable table,
            Publisher publisher,
            ChannelPolicy policy,
            int channelMaxBytes,
            BooleanSupplier chosen,
            OutboxLimits limits) {
        var check = new RowCheck(policy, channelMaxBytes);
        var relay = new OutboxRelay(table, publisher, check, chosen, limits);
        relay.thread.start();
        return relay;
    }

    /** Never blocks. */
    public OutboxCounts counts() {
        return new OutboxCounts(
                relaying,
                published.sum(),
                repeated.sum(),
                refused.sum(),
                failures.sum(),
                restingNow,
                state);
    }

    private static long nowMs() {
        return System.nanoTime() / 1_000_000;
    }

    private void run() {
        while (!closed) {
            LockSupport.parkNanos(this, turn().toNanos());
        }
    }

    /** Does what there is to do; returns the time until the next turn. */
    private Duration turn() {
        relaying = chosen.getAsBoolean();
        if (!relaying) {
            state = OutboxState.EMPTY;
            return STANDBY;
        }
        try {
            Duration pause = round();
            restingNow = resting.size();
            measure();
            return pause;
        } catch (DatabaseUnavailableException e) {
            return failed(e);
        } catch (InterruptedException e) {
            log.debug("the outbox is closed");
            return Duration.ZERO;
        } catch (RuntimeException e) {
            // A thread that ends would end the outbox.
            return failed(e);
        }
    }

    private Duration failed(RuntimeException cause) {
        if (closed) {
            return Duration.ZERO;
        }
        failures.increment();
        if (!failing) {
            log.warn("the outbox waits, trying on: {}", reason(cause));
        }
        failing = true;
        return pace.failed();
    }

    private static String reason(RuntimeException failure) {
        Throwable cause = failure.getCause();
        return failure.getMessage() + (cause == null ? "" : ": " + cause.getMessage());
    }

    private Duration round() throws InterruptedException {
        OutboxBatch batch = table.read(limits.maxRows(), MAX_BATCH_BYTES, resting.at(nowMs()));
        if (batch.rows().isEmpty()) {
            recovered();
            return pace.idle();
        }
        OutboxPlan plan = OutboxPlan.of(batch.rows(), check);
        var round = new Round(batch.source());
        round.publish(plan.channels());
        table.finish(round.done, plan.refused());
        report(plan.refused());
        BrokerException failure = round.failure;
        if (failure == null) {
            recovered();
            return pace.busy();
        }
        if (!round.done.isEmpty()) {
            pace.progressed();
        }
        return failed(failure);
    }

    private void recovered() {
        if (failing) {
            log.info("the outbox goes on");
        }
        failing = false;
    }

    private void report(List<RefusedRow> rows) {
        refused.add(rows.size());
        if (!rows.isEmpty()) {
            RefusedRow first = rows.getFirst();
            log.warn(
                    "{} rows of the outbox were refused, see hawser.outbox_dead; the first is {}: {}",
                    rows.size(),
                    first.id(),
                    first.reason());
        }
    }

    private void measure() {
        long now = nowMs();
        if (now - measuredAtMs >= MEASURE_INTERVAL_MS) {
            measuredAtMs = now;
            state = table.measure();
        }
    }

    /** The publishing of one batch. */
    private final class Round {
        private final String source;
        private final List<Long> done = new ArrayList<>();
        private @Nullable BrokerException failure;

        Round(String source) {
            this.source = source;
        }

        private record Call(
                ChannelRows channel, List<Numbered> rows, CompletionStage<Long> answer) {}

        /** All channels side by side, in each a chunk only after the one before succeeded. */
        void publish(List<ChannelRows> channels) throws InterruptedException {
            List<ChannelRows> open = channels;
            for (int chunk = 0; !open.isEmpty() && !closed; chunk++) {
                List<Call> calls = new ArrayList<>(open.size());
                for (ChannelRows each : open) {
                    List<Numbered> rows = each.chunks().get(chunk);
                    calls.add(
                            new Call(
                                    each,
                                    rows,
                                    publisher.publish(
                                            source, each.channel(), rows, each.history())));
                }
                List<ChannelRows> next = new ArrayList<>();
                for (Call call : calls) {
                    if (succeeded(call) && call.channel().chunks().size() > chunk + 1) {
                        next.add(call.channel());
                    }
                }
                open = next;
            }
        }

        private boolean succeeded(Call call) throws InterruptedException {
            try {
                long now =
                        call.answer()
                                .toCompletableFuture()
                                .get(ANSWER_LIMIT_MS, TimeUnit.MILLISECONDS);
                published.add(now);
                repeated.add(call.rows().size() - now);
                call.rows().forEach(row -> done.add(row.number()));
                resting.published(call.channel().channel());
                return true;
            } catch (ExecutionException e) {
                failed(call.channel().channel(), brokerException(e.getCause()));
            } catch (TimeoutException e) {
                failed(call.channel().channel(), brokerException(e));
            }
            return false;
        }

        private void failed(String channel, BrokerException why) {
            boolean refusedForGood = why.reason() == BrokerException.Reason.FAILED;
            if (refusedForGood && resting.refused(channel, nowMs())) {
                failures.increment();
                log.warn("Redis refuses the rows of channel {}: {}", channel, why.getMessage());
            } else {
                failure = why;
            }
        }

        private static BrokerException brokerException(@Nullable Throwable cause) {
            return cause instanceof BrokerException known
                    ? known
                    : new BrokerException(
                            BrokerException.Reason.UNAVAILABLE, "no answer: " + cause);
        }
    }

    /** Stops, in the middle of a batch too: the rest is for the next relay. Waits 2 s at most. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(CLOSE_LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
