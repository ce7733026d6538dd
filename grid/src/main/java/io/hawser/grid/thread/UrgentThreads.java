package io.hawser.grid.thread;

/**
 * Threads that clients, other nodes or HAProxy wait for: where more threads want to run than there
 * are cores, they go before those that only this node waits for. They have Java's highest priority,
 * which counts if the JVM is told to heed priorities and may (the launcher sees to that). Such a
 * thread does little at a time and never computes for long, or it would starve the rest. Stateless.
 */
@SuppressWarnings("ThreadPriorityCheck") // nothing is wrong where priorities do not count
public final class UrgentThreads {
    private UrgentThreads() {}

    /** Makes daemon threads. */
    public static Thread.Builder.OfPlatform builder() {
        return Thread.ofPlatform().daemon().priority(Thread.MAX_PRIORITY);
    }

    /** For a thread that somebody else makes, before or after it starts. */
    public static void urge(Thread thread) {
        thread.setPriority(Thread.MAX_PRIORITY);
    }
}
