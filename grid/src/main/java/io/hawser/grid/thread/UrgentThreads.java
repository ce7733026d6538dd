package io.hawser.grid.thread;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

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
        tryTo(() -> Scheduler.raiseCurrent(NICE));
    }

    /**
     * Makes the threads that work in pauses of the garbage collector urgent, those included that
     * are started later: until they are done all others wait, urgent or not, and with a share of
     * the usual threads of a busy process a pause of a millisecond lasts ten.
     */
    public static void raiseCollector() {
        tryTo(() -> Scheduler.raise(UrgentThreads::worksInPauses, NICE));
    }

    /** The names that Java gives them: workers, and who starts them or does it alone. */
    private static boolean worksInPauses(String name) {
        return name.startsWith("GC Thread") || name.equals("VM Thread");
    }

    private static void tryTo(Supplier<String> attempt) {
        String refusal;
        try {
            refusal = attempt.get();
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
