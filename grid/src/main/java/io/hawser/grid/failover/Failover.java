package io.hawser.grid.failover;

import io.hawser.grid.affinity.Affinity;
import io.hawser.grid.affinity.AffinityException;
import io.hawser.grid.affinity.Reassignment;
import io.hawser.grid.affinity.Target;
import io.hawser.grid.cluster.ClusterEvent;
import io.hawser.grid.cluster.ClusterListener;
import io.hawser.grid.cluster.NodeInfo;
import io.hawser.grid.cluster.Registry;
import io.hawser.grid.failover.FailoverRecord.Outcome;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Gives the clients of a lost node to others, on the coordinator, and keeps a record of it. What it
 * does twice, as when the coordinator is lost too, changes nothing more. Look-ups do not wait for
 * it: an entry of a lost node counts as none at once. Thread-safe.
 */
public final class Failover implements ClusterListener, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Failover.class);
    private static final int MAX_RECORDS = 100;

    private final Registry nodes;
    private final Affinity affinity;
    private final FailoverStrategy strategy;
    private final Duration grace;
    private final Deque<FailoverRecord> records = new ArrayDeque<>();

    /** Asks the grid's maps, which may take a second. */
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("failover").factory());

    /**
     * Does nothing before it is told of events.
     *
     * @param grace for {@link FailoverStrategy#GRACEFUL}
     */
    public Failover(Registry nodes, Affinity affinity, FailoverStrategy strategy, Duration grace) {
        this.nodes = nodes;
        this.affinity = affinity;
        this.strategy = strategy;
        this.grace = grace;
    }

    /** The last failovers that this node carried out, newest first. */
    public List<FailoverRecord> records() {
        synchronized (records) {
            return List.copyOf(records);
        }
    }

    @Override
    public void on(ClusterEvent event) {
        if (event instanceof ClusterEvent.NodeLost lost) {
            lost(lost.node());
        }
    }

    private void lost(NodeInfo node) {
        long lostAtMs = System.currentTimeMillis();
        long lostNanos = System.nanoTime();
        long delayMs = strategy.delayMs(grace.toMillis(), ThreadLocalRandom.current());
        try {
            var _ =
                    thread.schedule(
                            () -> carryOut(node, lostAtMs, lostNanos),
                            delayMs,
                            TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            log.debug("closed", e);
        }
    }

    private void carryOut(NodeInfo lost, long lostAtMs, long lostNanos) {
        if (!nodes.isCoordinator()) {
            return;
        }
        NodeInfo back = returned(lost);
        var plan = FailoverPlan.of(lost.id(), lost.load().connections(), nodes.nodes());
        List<Target> targets =
                back != null
                        ? List.of(Target.of(back, 1))
                        : plan.shares().stream().map(Failover::target).toList();
        Outcome outcome = back != null ? Outcome.RETURNED : Outcome.REASSIGNED;
        int moved = 0;
        try {
            Reassignment done = affinity.reassign(lost.id(), lost.incarnation(), targets);
            moved = done.moved();
        } catch (AffinityException e) {
            log.warn("the clients of {} could not be given to others", lost.id(), e);
            outcome = Outcome.FAILED;
        }
        long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - lostNanos);
        keep(record(lost, lostAtMs, plan, outcome, moved, tookMs));
    }

    /** The new life of a node that was back within its grace, null if it was not. */
    private @Nullable NodeInfo returned(NodeInfo lost) {
        NodeInfo now = nodes.node(lost.id());
        boolean back =
                strategy == FailoverStrategy.GRACEFUL
                        && now != null
                        && now.isLive()
                        && now.incarnation() > lost.incarnation();
        return back ? now : null;
    }

    /** Without clients, shares are by room all the same: affinity has entries of those away. */
    private static Target target(FailoverPlan.Share share) {
        return Target.of(share.node(), Math.max(1, share.connections()));
    }

    private FailoverRecord record(
            NodeInfo lost,
            long lostAtMs,
            FailoverPlan plan,
            Outcome outcome,
            int moved,
            long tookMs) {
        Map<String, Integer> shares = new TreeMap<>();
        plan.shares().forEach(each -> shares.put(each.node().id().value(), each.connections()));
        return new FailoverRecord(
                lost.id(),
                lost.incarnation(),
                lostAtMs,
                strategy,
                lost.load().connections(),
                shares,
                plan.unplaced(),
                outcome,
                moved,
                tookMs);
    }

    private void keep(FailoverRecord record) {
        synchronized (records) {
            records.addFirst(record);
            while (records.size() > MAX_RECORDS) {
                records.removeLast();
            }
        }
        log.atWarn()
                .addKeyValue("node", record.node())
                .addKeyValue("incarnation", record.incarnation())
                .addKeyValue("strategy", record.strategy())
                .addKeyValue("outcome", record.outcome())
                .addKeyValue("connections", record.connections())
                .addKeyValue("unplaced", record.unplaced())
                .addKeyValue("moved", record.moved())
                .addKeyValue("took_ms", record.tookMs())
                .log("failover.done");
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
