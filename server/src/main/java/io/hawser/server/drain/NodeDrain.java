package io.hawser.server.drain;

import io.hawser.grid.cluster.NodeId;
import io.hawser.grid.cluster.NodeInfo;
import io.hawser.grid.cluster.NodeStatus;
import io.hawser.grid.event.Happening;
import io.hawser.grid.event.Happening.DrainStage;
import io.hawser.grid.failover.DrainCheck;
import io.hawser.grid.failover.DrainOrder;
import io.hawser.grid.failover.DrainProgress;
import io.hawser.grid.failover.DrainSchedule;
import io.hawser.server.health.Health;
import io.hawser.server.order.OrderOutcome;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * This node's drain: weight 0 and no new connections at once, then everybody is told to reconnect
 * elsewhere, at a pace. Thread-safe; all but {@link #shutDown} return at once.
 */
public final class NodeDrain {
    private static final Logger log = LoggerFactory.getLogger(NodeDrain.class);

    /** How long clients who were told may take, at a shutdown, to read what waits for them. */
    private static final long FLUSH_MS = 3_000;

    private static final long LOOK_MS = 10;

    /** By then a node knows of others that began when it did; nobody has been told before. */
    private static final long SETTLE_MS = 300;

    private final NodeId node;
    private final Health health;
    private final Clients clients;
    private final Supplier<? extends Collection<NodeInfo>> nodes;
    private final Consumer<NodeStatus> status;
    private final Duration lead;
    private final Consumer<Happening> events;
    private @Nullable Farewell farewell;
    private boolean stopping;

    /**
     * @param nodes the nodes that are known
     * @param status tells the others what this node is; must not block
     * @param lead how long load balancers take to learn that the node is drained
     * @param events hears of drains; must not block
     */
    public NodeDrain(
            NodeId node,
            Health health,
            Clients clients,
            Supplier<? extends Collection<NodeInfo>> nodes,
            Consumer<NodeStatus> status,
            Duration lead,
            Consumer<Happening> events) {
        this.node = node;
        this.health = health;
        this.clients = clients;
        this.nodes = nodes;
        this.status = status;
        this.lead = lead;
        this.events = events;
    }

    /** Begins to send clients away, or goes on at another pace if it does already. */
    public synchronized OrderOutcome drain(DrainOrder order) {
        if (stopping) {
            return new OrderOutcome.Refused("node " + node + " is stopping");
        }
        String refusal = DrainCheck.refusal(nodes.get(), node, order.force());
        if (refusal != null) {
            return new OrderOutcome.Refused(refusal);
        }
        boolean sure = order.force() || health.isDraining();
        Farewell next = begin(order);
        Thread.ofVirtual().name("drain").start(() -> finish(next, sure));
        return new OrderOutcome.Accepted();
    }

    private Farewell begin(DrainOrder order) {
        cancel();
        health.become(Health.Phase.DRAINING);
        status.accept(NodeStatus.DRAINING);
        int connections = clients.connections();
        if (farewell == null) {
            events.accept(new Happening.Drain(DrainStage.BEGUN, connections));
        }
        var schedule =
                DrainSchedule.of(order, connections, connections == 0 ? Duration.ZERO : lead);
        var next = new Farewell(clients, schedule, Integer.MAX_VALUE, _ -> {});
        farewell = next;
        log.atInfo()
                .addKeyValue("connections", connections)
                .addKeyValue("per_second", Math.round(schedule.perSecond()))
                .log("drain.begun");
        return next;
    }

    private void cancel() {
        if (farewell != null) {
            farewell.cancel();
        }
    }

    private void finish(Farewell running, boolean sure) {
        if (!sure) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(SETTLE_MS));
            if (!DrainCheck.othersServe(nodes.get(), node)) {
                log.atWarn().log("drain.undone: all other nodes were drained at the same moment");
                undo(running);
            }
        }
        finish(running);
    }

    private synchronized void undo(Farewell running) {
        if (farewell == running && !stopping) {
            undrain();
        }
    }

    private void finish(Farewell running) {
        running.run();
        if (!running.isCancelled()) {
            events.accept(new Happening.Drain(DrainStage.TOLD, clients.connections()));
        }
        log.atInfo()
                .addKeyValue("told", running.told())
                .addKeyValue("elapsed_ms", running.elapsedMs())
                .log(running.isCancelled() ? "drain.cancelled" : "drain.told");
    }

    /** Takes clients again; nothing if the node is not drained. */
    public synchronized OrderOutcome undrain() {
        if (stopping) {
            return new OrderOutcome.Refused(
                    "node " + node + " is stopping: it takes clients again once it is restarted");
        }
        if (farewell != null) {
            cancel();
            farewell = null;
            if (health.isDraining()) {
                health.become(Health.Phase.SERVING);
                status.accept(NodeStatus.ACTIVE);
            }
            log.atInfo().log("drain.undone");
            events.accept(new Happening.Drain(DrainStage.UNDONE, clients.connections()));
        }
        return new OrderOutcome.Accepted();
    }

    /** Whether clients are being sent away, or have been. */
    public synchronized boolean isDraining() {
        return farewell != null;
    }

    /** How far it is. */
    public synchronized DrainProgress progress() {
        int connections = clients.connections();
        Farewell current = farewell;
        if (current == null) {
            return new DrainProgress(DrainProgress.State.NONE, 0, 0, connections, 0, 0);
        }
        return new DrainProgress(
                state(current, connections),
                current.schedule().connections(),
                current.told(),
                connections,
                current.schedule().perSecond(),
                current.elapsedMs());
    }

    private DrainProgress.State state(Farewell current, int connections) {
        if (stopping) {
            return DrainProgress.State.STOPPING;
        }
        return current.isOver() && connections == 0
                ? DrainProgress.State.DRAINED
                : DrainProgress.State.DRAINING;
    }

    /**
     * Sends everybody away for good and waits until they have gone, a bounded time. From now on no
     * order is taken.
     */
    public void shutDown(DrainOrder order) {
        Farewell last;
        synchronized (this) {
            stopping = true;
            last = begin(order);
        }
        finish(last);
        long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(FLUSH_MS);
        while (clients.connections() > 0 && System.nanoTime() - deadlineNanos < 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LOOK_MS));
        }
        health.become(Health.Phase.STOPPING);
    }
}
