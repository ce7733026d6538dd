package io.hawser.server;

import io.hawser.grid.cluster.NodeLoad;
import io.hawser.grid.metrics.ErrorWindow;
import io.hawser.grid.metrics.LatencyHistogram;
import io.hawser.grid.metrics.NodeSnapshot;
import io.hawser.grid.metrics.RecentLoad;
import io.hawser.grid.metrics.SystemLoad;
import io.hawser.server.session.SessionCounters;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * Turns counters into what happened in the last second. Samples on a thread of its own; what it
 * tells is a second old at most. Thread-safe.
 */
final class LoadMeter implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LoadMeter.class);
    private static final double NANOS = 1e9;

    private final SessionCounters counters;
    private final IntSupplier connections;
    private final int maxConnections;
    private final Supplier<LatencyHistogram> latency;
    private final BooleanSupplier overloaded;
    private final RecentLoad recent = new RecentLoad();
    private final SystemLoad system = new SystemLoad();
    private final ErrorWindow errorWindow = new ErrorWindow();
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    task -> Thread.ofPlatform().daemon().name("load-meter").unstarted(task));

    private Totals last = new Totals(System.nanoTime(), 0, 0, 0, 0);
    private volatile Sample sample = Sample.NOTHING;

    /** What the counters said at one moment. */
    private record Totals(long nanos, long received, long failed, long published, long delivered) {}

    /** Per second, and the machine's state. */
    private record Sample(
            double in,
            double out,
            double delivered,
            double errors,
            double errorRate,
            double cpu,
            double memory,
            RecentLoad.Sum recent) {
        static final Sample NOTHING = new Sample(0, 0, 0, 0, 0, 0, 0, RecentLoad.Sum.NOTHING);
    }

    /**
     * @param latency gives what was recorded since it was last asked; asked here alone
     */
    LoadMeter(
            SessionCounters counters,
            IntSupplier connections,
            Supplier<LatencyHistogram> latency,
            int maxConnections,
            BooleanSupplier overloaded) {
        this.counters = counters;
        this.connections = connections;
        this.latency = latency;
        this.maxConnections = maxConnections;
        this.overloaded = overloaded;
    }

    void start() {
        errorWindow.add(System.nanoTime(), 0, 0);
        var _ = timer.scheduleAtFixedRate(this::measureSafely, 1, 1, TimeUnit.SECONDS);
    }

    /** A periodic task that throws is never run again, so nothing gets past here. */
    private void measureSafely() {
        try {
            measure();
        } catch (RuntimeException e) {
            log.error("this node's load could not be measured", e);
        }
    }

    private void measure() {
        var now =
                new Totals(
                        System.nanoTime(),
                        counters.received.sum(),
                        counters.failed.sum(),
                        counters.published.sum(),
                        counters.delivered.sum());
        double seconds = (now.nanos - last.nanos) / NANOS;
        sample =
                new Sample(
                        (now.received - last.received) / seconds,
                        (now.published - last.published) / seconds,
                        (now.delivered - last.delivered) / seconds,
                        (now.failed - last.failed) / seconds,
                        errorWindow.add(now.nanos, now.received, now.failed),
                        system.cpu(),
                        system.memory(),
                        recent.add(
                                now.received - last.received,
                                now.failed - last.failed,
                                latency.get()));
        last = now;
    }

    /** For the registry and the balancer. */
    NodeLoad load() {
        Sample now = sample;
        return new NodeLoad(
                connections.getAsInt(),
                maxConnections,
                now.cpu,
                now.memory,
                now.in + now.delivered,
                now.errors,
                now.errorRate,
                overloaded.getAsBoolean());
    }

    /** For the snapshot in Redis. */
    NodeSnapshot snapshot(String node, long incarnation, long channels) {
        Sample now = sample;
        return new NodeSnapshot(
                node,
                incarnation,
                System.currentTimeMillis(),
                connections.getAsInt(),
                maxConnections,
                counters.subscriptions.sum(),
                channels,
                now.in,
                now.out,
                now.delivered,
                now.errors,
                now.cpu,
                now.memory,
                now.recent.commands(),
                now.recent.failed(),
                now.recent.latency());
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
