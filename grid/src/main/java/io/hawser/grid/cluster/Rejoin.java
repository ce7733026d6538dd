package io.hawser.grid.cluster;

import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * The way back of a node whose life the others have given up: it waits until Hazelcast has merged
 * it into their grid, or until it is clear that nobody is left, and takes its id for a new life.
 * Its waiting and the maps it asks block a thread of its own. Thread-safe.
 */
final class Rejoin implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Rejoin.class);
    private static final long STEP_MS = 250;

    /** If Hazelcast never parted, there is nothing to merge. */
    private static final long NO_MERGE_AFTER_MS = 15_000;

    private final HazelcastInstance hazelcast;
    private final BooleanSupplier mayFound;
    private final LocalNode local;
    private final Runnable reborn;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("grid-rejoin").factory());
    private boolean under; // under way; the thread only
    private long sinceMs; // the thread only
    private volatile boolean merged;

    /**
     * Ready to begin.
     *
     * @param mayFound whether nobody is left to join
     * @param reborn called once this node has its new incarnation
     */
    Rejoin(
            HazelcastInstance hazelcast,
            BooleanSupplier mayFound,
            LocalNode local,
            Runnable reborn) {
        this.hazelcast = hazelcast;
        this.mayFound = mayFound;
        this.local = local;
        this.reborn = reborn;
    }

    /** This life is over. */
    void begin() {
        merged = false;
        execute(
                () -> {
                    sinceMs = nowMs();
                    if (!under) {
                        under = true;
                        step();
                    }
                });
    }

    /** Hazelcast has taken this member into a larger grid. */
    void merged() {
        merged = true;
    }

    private void step() {
        try {
            if (isBack()) {
                new NodeClaim(hazelcast, local).take(local.incarnation());
                under = false;
                log.atInfo().addKeyValue("incarnation", local.incarnation()).log("node.reborn");
                reborn.run();
                return;
            }
        } catch (HazelcastException | IllegalStateException | GridRefusedException e) {
            log.warn("cannot begin a new life yet, retrying", e);
        }
        var _ = thread.schedule(this::step, STEP_MS, TimeUnit.MILLISECONDS);
    }

    private boolean isBack() {
        boolean inCompany = hazelcast.getCluster().getMembers().size() > 1;
        return inCompany
                ? merged || nowMs() - sinceMs > NO_MERGE_AFTER_MS
                : mayFound.getAsBoolean();
    }

    private void execute(Runnable task) {
        try {
            thread.execute(task);
        } catch (RejectedExecutionException e) {
            log.debug("closed", e);
        }
    }

    private static long nowMs() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
