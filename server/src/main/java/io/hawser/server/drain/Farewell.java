package io.hawser.server.drain;

import io.hawser.grid.failover.DrainSchedule;
import io.hawser.server.protocol.Disconnect;
import io.hawser.server.session.ClientSession;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Tells clients, at the pace of a schedule, to come back elsewhere (3001). {@link #run} blocks
 * until it is over, the rest is for any thread.
 */
final class Farewell {
    private static final long STEP_MS = 20;

    /** What a client has asked for is answered within this time, or it goes without. */
    private static final long ANSWERS_MS = 2_000;

    /** An I/O thread that hangs: its clients are tried again later. */
    private static final long HUNG_MS = 1_000;

    private final Clients clients;
    private final DrainSchedule schedule;
    private final int most;
    private final Consumer<ClientSession> onTold;
    private final long begunNanos = System.nanoTime();
    private final AtomicInteger told = new AtomicInteger();
    private volatile boolean cancelled;
    private volatile long endedNanos;

    /**
     * @param most how many are told, then it is over
     * @param onTold called for each that was told, on its I/O thread
     */
    Farewell(Clients clients, DrainSchedule schedule, int most, Consumer<ClientSession> onTold) {
        this.clients = clients;
        this.schedule = schedule;
        this.most = most;
        this.onTold = onTold;
    }

    DrainSchedule schedule() {
        return schedule;
    }

    /** How many have been told. */
    int told() {
        return told.get();
    }

    /** Since it began, until it ended. */
    long elapsedMs() {
        long end = endedNanos;
        return TimeUnit.NANOSECONDS.toMillis((end == 0 ? System.nanoTime() : end) - begunNanos);
    }

    boolean isOver() {
        return endedNanos != 0;
    }

    /** Those who have not been told may stay. */
    void cancel() {
        cancelled = true;
    }

    boolean isCancelled() {
        return cancelled;
    }

    /** Returns when all are told who stay, or {@code most} of them, or it is cancelled. */
    void run() {
        Iterator<ClientSession> next = clients.staying().iterator();
        while (next.hasNext() && told() < most && !cancelled) {
            int batch = schedule.step(told(), elapsedMs(), STEP_MS);
            told.addAndGet(tell(next, Math.min(batch, most - told())));
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(STEP_MS));
            if (!next.hasNext()) {
                next = clients.staying().iterator(); // who slipped in meanwhile
            }
        }
        endedNanos = System.nanoTime();
    }

    private int tell(Iterator<ClientSession> next, int count) {
        List<CompletableFuture<Boolean>> answers = new ArrayList<>();
        while (answers.size() < count && next.hasNext()) {
            answers.add(tell(next.next()));
        }
        return (int) answers.stream().filter(CompletableFuture::join).count();
    }

    /** Who was not reached in time is not told later either: another may have gone instead. */
    private CompletableFuture<Boolean> tell(ClientSession session) {
        var reached = new CompletableFuture<Boolean>();
        var answer = new CompletableFuture<Boolean>();
        session.connection()
                .execute(
                        () -> {
                            if (reached.complete(true)) {
                                tellNow(session, answer);
                            }
                        });
        return reached.completeOnTimeout(false, HUNG_MS, TimeUnit.MILLISECONDS)
                .thenCompose(inTime -> inTime ? answer : reached);
    }

    private void tellNow(ClientSession session, CompletableFuture<Boolean> answer) {
        boolean leaves = false;
        try {
            leaves = session.leave(Disconnect.SHUTDOWN, ANSWERS_MS);
            if (leaves) {
                onTold.accept(session);
            }
        } finally {
            answer.complete(leaves);
        }
    }
}
