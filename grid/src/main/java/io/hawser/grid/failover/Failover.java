package io.hawser.grid.failover;

import io.hawser.grid.affinity.Affinity;
import io.hawser.grid.affinity.AffinityException;
import io.hawser.grid.cluster.ClusterEvent;
import io.hawser.grid.cluster.ClusterListener;
import io.hawser.grid.cluster.NodeInfo;
import io.hawser.grid.cluster.Registry;
import io.hawser.grid.failover.FailoverQueue.Pending;
import io.hawser.grid.failover.FailoverRecord.Outcome;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Gives the clients of a lost node to others, on the coordinator, and keeps a record of it. Every
 * node waits for that with it: should the coordinator be lost too, or not be known yet, whoever
 * becomes it does what is still to be done. What is done twice changes nothing more. Look-ups do
 * not wait for it: an entry of a lost node counts as none at once. Thread-safe.
 */
public final class Failover implements ClusterListener, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Failover.class);

    /** How soon a new coordinator goes on. */
    private static final long LOOK_MS = 100;

    /** Between two attempts while the grid does not answer. */
    private static final long PAUSE_MS = 1_000;

    private final Registry nodes;
    private final Affinity affinity;
    private final FailoverStrategy strategy;
    private final Duration grace;
    private final FailoverListener listener;
    private final FailoverLog records = new FailoverLog();

    /** Asks the grid's maps, which may take a second. */
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("failover").factory());

    // Of the thread alone:

    private final FailoverQueue queue;

    /** Which life of this node the queue belongs to. */
    private long incarnation;

    private long pausedUntilMs = Long.MIN_VALUE;

    /**
     * Does nothing before it is started and told of events.
     *
     * @param grace for {@link FailoverStrategy#GRACEFUL}
     * @param listener told of what this node has done
     */
    public Failover(
            Registry nodes,
            Affinity affinity,
            FailoverStrategy strategy,
            Duration grace,
            FailoverListener listener) {
        this.nodes = nodes;
        this.queue = new FailoverQueue(nodes.localId());
        this.affinity = affinity;
        this.strategy = strategy;
        this.grace = grace;
        this.listener = listener;
    }

    /** Begins to look whether something is due. */
    public void start() {
        var _ = thread.scheduleWithFixedDelay(this::work, LOOK_MS, LOOK_MS, TimeUnit.MILLISECONDS);
    }

    /** The last failovers that this node carried out or heard of, newest first. */
    public List<FailoverRecord> records() {
        return records.records();
    }

    /** A node, perhaps this one, has carried out a failover. */
    public void heard(FailoverRecord record) {
        records.add(record);
        if (record.outcome() != Outcome.FAILED) {
            execute(() -> queue.done(record.node(), record.incarnation()));
        }
    }

    @Override
    public void on(ClusterEvent event) {
        switch (event) {
            case ClusterEvent.NodeLost lost -> lost(lost.node());
            case ClusterEvent.NodeJoined _ -> execute(this::work); // perhaps it is waited for
            case ClusterEvent.NodeChanged _,
                    ClusterEvent.NodeLeft _,
                    ClusterEvent.Fenced _,
                    ClusterEvent.Unfenced _,
                    ClusterEvent.NoQuorum _,
                    ClusterEvent.Merged _ -> {
                // moves no clients
            }
        }
    }

    private void lost(NodeInfo node) {
        long nowMs = nowMs();
        long delayMs = strategy.delayMs(node, grace.toMillis());
        execute(
                () -> {
                    forgetEarlierLife();
                    queue.lost(node, nowMs, delayMs);
                    work();
                });
    }

    private void execute(Runnable task) {
        try {
            thread.execute(task);
        } catch (RejectedExecutionException e) {
            log.debug("closed", e);
        }
    }

    /** Of a clock that does not jump. */
    private static long nowMs() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    private void forgetEarlierLife() {
        long now = nodes.localIncarnation();
        if (now != incarnation) {
            incarnation = now;
            queue.clear();
        }
    }

    /** A periodic task that throws is never run again, so nothing gets past here. */
    private void work() {
        try {
            forgetEarlierLife();
            for (Pending each : queue.due(nowMs(), nodes.isCoordinator(), this::isReturned)) {
                if (nowMs() >= pausedUntilMs) {
                    carryOut(each);
                }
            }
        } catch (RuntimeException e) {
            log.error("a failover could not be carried out", e);
        }
    }

    private boolean isReturned(NodeInfo lost) {
        return Takeover.returned(lost, strategy, nodes.nodes()) != null;
    }

    private void carryOut(Pending pending) {
        NodeInfo lost = pending.node();
        Takeover takeover = Takeover.of(lost, strategy, nodes.nodes());
        try {
            int moved =
                    affinity.reassign(lost.id(), lost.incarnation(), takeover.targets()).moved();
            queue.done(lost.id(), lost.incarnation());
            tell(record(pending, takeover, takeover.outcome(), moved));
        } catch (AffinityException e) {
            log.warn("the clients of {} could not be given to others, retrying", lost.id(), e);
            pausedUntilMs = nowMs() + PAUSE_MS;
            tell(record(pending, takeover, Outcome.FAILED, 0));
        }
    }

    private FailoverRecord record(Pending pending, Takeover takeover, Outcome outcome, int moved) {
        NodeInfo lost = pending.node();
        Map<String, Integer> shares = new TreeMap<>();
        takeover.plan()
                .shares()
                .forEach(each -> shares.put(each.node().id().value(), each.connections()));
        long tookMs = nowMs() - pending.lostMs();
        return new FailoverRecord(
                lost.id(),
                lost.incarnation(),
                nodes.localId(),
                System.currentTimeMillis() - tookMs,
                strategy,
                lost.load().connections(),
                shares,
                takeover.plan().unplaced(),
                outcome,
                moved,
                tookMs);
    }

    /** That it has failed is told once, however often it is tried. */
    private void tell(FailoverRecord record) {
        if (!records.add(record)) {
            return;
        }
        log.atWarn()
                .addKeyValue("node", record.node().value())
                .addKeyValue("incarnation", record.incarnation())
                .addKeyValue("strategy", record.strategy())
                .addKeyValue("outcome", record.outcome())
                .addKeyValue("connections", record.connections())
                .addKeyValue("unplaced", record.unplaced())
                .addKeyValue("moved", record.moved())
                .addKeyValue("took_ms", record.tookMs())
                .log("failover.done");
        listener.done(record);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
