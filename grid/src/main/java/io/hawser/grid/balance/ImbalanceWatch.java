package io.hawser.grid.balance;

import io.hawser.grid.cluster.NodeInfo;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Collection;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Looks each second whether the nodes carry their shares. On a thread of its own; what it tells is
 * a second old at most. Thread-safe.
 */
public final class ImbalanceWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ImbalanceWatch.class);
    private static final long PERIOD_MS = 1_000;

    private final ImbalanceDetector detector;
    private final Supplier<? extends Collection<NodeInfo>> nodes;
    private final BooleanSupplier coordinator;
    private final Consumer<Imbalance> changed;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("imbalance-watch").factory());

    private volatile Imbalance last = Imbalance.NONE;

    /**
     * @param nodes the nodes that are known; must not block
     * @param coordinator whether this is the one node that tells what all of them see
     * @param changed told on the coordinator when moves are recommended, and when none are any more
     */
    public ImbalanceWatch(
            ImbalanceDetector detector,
            Supplier<? extends Collection<NodeInfo>> nodes,
            BooleanSupplier coordinator,
            Consumer<Imbalance> changed) {
        this.detector = detector;
        this.nodes = nodes;
        this.coordinator = coordinator;
        this.changed = changed;
    }

    public void start() {
        var _ = timer.scheduleAtFixedRate(this::look, 0, PERIOD_MS, TimeUnit.MILLISECONDS);
    }

    /** What was seen last. */
    public Imbalance last() {
        return last;
    }

    /** A periodic task that throws is never run again, so nothing gets past here. */
    private void look() {
        try {
            long nowMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
            Imbalance now = detector.observe(nowMs, nodes.get());
            tell(last.rebalance(), now);
            last = now;
        } catch (RuntimeException e) {
            log.warn("the balance of the nodes cannot be looked at", e);
        }
    }

    private void tell(Rebalance before, Imbalance imbalance) {
        Rebalance now = imbalance.rebalance();
        if (before.moves().isEmpty() == now.moves().isEmpty() || !coordinator.getAsBoolean()) {
            return;
        }
        changed.accept(imbalance);
        if (now.moves().isEmpty()) {
            log.info("cluster.balanced");
        } else {
            log.atInfo()
                    .addKeyValue("connections", now.connections())
                    .addKeyValue("moves", now.moves().toString())
                    .log("cluster.imbalanced");
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
