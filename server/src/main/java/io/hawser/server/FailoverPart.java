package io.hawser.server;

import io.hawser.grid.Grid;
import io.hawser.grid.event.Happening;
import io.hawser.grid.failover.Failover;
import io.hawser.grid.failover.FailoverListener;
import io.hawser.grid.failover.FailoverRecord;
import io.hawser.grid.failover.FailoverRecord.Outcome;
import io.hawser.grid.pubsub.Payload;
import io.hawser.server.admin.FailoverView;
import io.hawser.server.admin.FailoversHandler;
import io.hawser.server.config.HawserConfig;
import io.hawser.server.hook.HookOutcomes;
import io.hawser.server.hook.Webhook;
import io.hawser.server.metrics.FailoverMetrics;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.InstantSource;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * Failovers on this node: those that it carries out are told to all nodes, by the control channel,
 * and to a webhook; those of others go on record. Thread-safe; nothing blocks.
 */
final class FailoverPart implements FailoverListener, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(FailoverPart.class);
    private static final String EVENT = "failover.done";

    /** A node and Redis may be lost together: the event waits a minute for Redis. */
    private static final int ATTEMPTS = 60;

    private static final long PAUSE_MS = 1_000;

    private final String cluster;
    private final Grid grid;
    private final @Nullable Webhook webhook;
    private final Failover failover;
    private final Map<Outcome, LongAdder> done = new EnumMap<>(Outcome.class);
    private volatile boolean closed;

    private FailoverPart(HawserConfig config, Grid grid) {
        this.cluster = config.grid().clusterName();
        this.grid = grid;
        this.webhook =
                config.failover().webhook().url().isEmpty()
                        ? null
                        : new Webhook(
                                ScalingSetup.webhook(config.failover().webhook()),
                                InstantSource.system());
        for (Outcome outcome : Outcome.values()) {
            done.put(outcome, new LongAdder());
        }
        this.failover =
                new Failover(
                        grid.nodes(),
                        grid.affinity(),
                        config.failover().strategy(),
                        config.failover().grace(),
                        this);
    }

    /** From now on this node does its part, and answers others who ask for its records. */
    static FailoverPart start(HawserConfig config, Grid grid, ControlChannel control) {
        var part = new FailoverPart(config, grid);
        control.failoversTo(part.failover::heard);
        grid.nodes().listen(part.failover);
        grid.survey()
                .handle(
                        FailoversHandler.TOPIC,
                        _ -> FailoversHandler.answer(part.failover::records));
        part.failover.start();
        return part;
    }

    @Override
    public void done(FailoverRecord record) {
        done.getOrDefault(record.outcome(), new LongAdder()).increment();
        if (webhook != null) {
            String id = cluster + "-" + record.node() + "-" + record.incarnation();
            webhook.send(EVENT, id, FailoverView.json(record));
        }
        publish(record, FailoverView.event(record), ATTEMPTS);
        grid.events().emit(Happening.FailoverDone.of(record));
    }

    private void publish(FailoverRecord record, Payload event, int attempts) {
        var _ =
                grid.broker()
                        .sendControl(event)
                        .whenComplete(
                                (sent, failure) -> {
                                    if (failure != null) {
                                        again(record, event, attempts - 1, failure);
                                    }
                                });
    }

    private void again(FailoverRecord record, Payload event, int attempts, Throwable failure) {
        if (attempts == 0 || closed) {
            log.warn("the other nodes were not told of the failover of {}", record.node(), failure);
            return;
        }
        CompletableFuture.delayedExecutor(PAUSE_MS, TimeUnit.MILLISECONDS)
                .execute(() -> publish(record, event, attempts));
    }

    /** For Prometheus. */
    FailoverMetrics metrics() {
        Map<String, LongSupplier> failovers = new HashMap<>();
        done.forEach((outcome, count) -> failovers.put(lowerCase(outcome), count::sum));
        Map<String, LongSupplier> webhooks = new HashMap<>();
        if (webhook != null) {
            HookOutcomes outcomes = webhook.outcomes();
            for (HookOutcomes.Outcome each : HookOutcomes.Outcome.values()) {
                webhooks.put(lowerCase(each), () -> outcomes.count(each));
            }
        }
        return new FailoverMetrics(failovers, webhooks);
    }

    private static String lowerCase(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public void close() {
        closed = true;
        failover.close();
        if (webhook != null) {
            webhook.close();
        }
    }
}
