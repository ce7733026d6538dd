package io.hawser.grid.thread;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Threads that clients, other nodes or HAProxy wait for: where more threads want to run than there
 * are cores, they go before those that only this node waits for. On Linux they have a nice value of
 * {@value #NICE}, if the process may lower it (root, or {@code LimitNICE} of its service), and do
 * not preempt when they wake up ({@code SCHED_BATCH}): with the share alone they woke for each
 * message and did it by itself. Elsewhere they run like all others. Such a thread does little at a
 * time and never computes for long, or it would starve the rest. What it starts is not urgent.
 * Thread-safe.
 */
public final class UrgentThreads {
    /** A share of the processor about nine times that of another thread, while both want it. */
    static final int NICE = -10;

    private static final Logger log = LoggerFactory.getLogger(UrgentThreads.class);
    private static final AtomicBoolean told = new AtomicBoolean();

    private UrgentThreads() {}

    /** A daemon thread that is urgent, not started yet. */
    public static Thread make(String name, Runnable task) {
        return Thread.ofPlatform().daemon().name(name).unstarted(urgent(task));
    }

    /** Makes whatever thread runs the task urgent, from its beginning on. */
    public static Runnable urgent(Runnable task) {
        return () -> {
            raiseCurrent();
            task.run();
        };
    }

    /** Makes the calling thread urgent. */
    public static void raiseCurrent() {
        String refusal;
        try {
            refusal = Scheduler.raiseCurrent(NICE);
        } catch (RuntimeException e) {
            refusal = e.toString(); // no such call, or no native access: the thread works without
        }
        if (!refusal.isEmpty() && told.compareAndSet(false, true)) {
            log.info(
                    "threads that clients wait for do not go before others: {}; as a service,"
                            + " allow it with LimitNICE={}",
                    refusal,
                    NICE);
        }
    }
}
