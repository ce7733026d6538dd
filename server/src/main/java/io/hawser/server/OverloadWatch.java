package io.hawser.server;

import io.hawser.grid.balance.Overload;
import io.hawser.grid.event.Happening;
import io.hawser.grid.priority.Shedding;
import io.hawser.server.health.Health;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

/**
 * Looks ten times a second whether this node is overloaded, and lets those know who act on it. On a
 * thread of its own.
 */
final class OverloadWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(OverloadWatch.class);
    private static final long PERIOD_MS = 100;

    private final Overload overload;
    private final int maxConnections;
    private final IntSupplier connections;
    private final Shedding shedding;
    private final Health health;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("overload-watch").factory());
    private volatile Consumer<Happening> events = _ -> {};

    private OverloadWatch(
            int maxConnections, IntSupplier connections, Shedding shedding, Health health) {
        this.overload = new Overload(maxConnections);
        this.maxConnections = maxConnections;
        this.connections = connections;
        this.shedding = shedding;
        this.health = health;
    }

    /**
     * @param connections open now; must not block
     */
    static OverloadWatch start(
            int maxConnections, IntSupplier connections, Shedding shedding, Health health) {
        var watch = new OverloadWatch(maxConnections, connections, shedding, health);
        var _ =
                watch.timer.scheduleAtFixedRate(
                        watch::look, PERIOD_MS, PERIOD_MS, TimeUnit.MILLISECONDS);
        return watch;
    }

    /** From now on alerts go there; it must not block. */
    void alertsTo(Consumer<Happening> listener) {
        events = listener;
    }

    private void look() {
        int now = connections.getAsInt();
        boolean overloaded =
                overload.observe(TimeUnit.NANOSECONDS.toMillis(System.nanoTime()), now);
        if (overloaded != shedding.isOn()) {
            shedding.set(overloaded);
            health.overloaded(overloaded);
            log.atWarn()
                    .addKeyValue("overloaded", overloaded)
                    .addKeyValue("connections", now)
                    .addKeyValue("max_connections", maxConnections)
                    .log("node.overload");
            events.accept(
                    new Happening.Alert(
                            "overload",
                            overloaded,
                            now + " of " + maxConnections + " connections"));
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
