package io.hawser.server.endpoint;

import io.hawser.grid.priority.Priority;
import io.hawser.grid.priority.Shedding;
import io.hawser.grid.pubsub.Publication;
import io.hawser.server.session.SessionCounters;
import io.hawser.server.uring.IoUring;

import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.Xnio;
import org.xnio.XnioIoThread;
import org.xnio.XnioWorker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A real I/O thread that does what it is told in steps; each step is one batch. For the test's
 * thread.
 */
final class TestLoop implements AutoCloseable {
    /** Turns of the thread after which a step is over: its tasks, the loop, and the loop again. */
    private static final int TURNS = 3;

    private final XnioWorker worker;
    private final DeltaChannels deltas = new DeltaChannels();
    private final IoLoop loop;
    final Shedding shedding = new Shedding();
    private final List<Runnable> step = new ArrayList<>();

    private TestLoop(XnioWorker worker, int maxQueueBytes, SharedFilters filters) {
        this.worker = worker;
        var limits = new OutLimits(maxQueueBytes, 0, shedding);
        this.loop =
                new IoLoop(thread(), new SessionCounters(), limits, deltas, filters, IoUring.OFF);
    }

    static TestLoop start(int maxQueueBytes) {
        return start(maxQueueBytes, new SharedFilters());
    }

    /** One that shares filters with others. */
    static TestLoop start(int maxQueueBytes, SharedFilters filters) {
        OptionMap options =
                OptionMap.create(Options.WORKER_IO_THREADS, 1, Options.THREAD_DAEMON, true);
        try {
            return new TestLoop(Xnio.getInstance().createWorker(options), maxQueueBytes, filters);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private XnioIoThread thread() {
        return worker.getIoThread();
    }

    IoLoop loop() {
        return loop;
    }

    /** Does something in the next step. */
    void execute(Runnable task) {
        step.add(() -> loop.execute(task));
    }

    /** The same in a lane. */
    void execute(Runnable task, Priority lane) {
        step.add(() -> loop.execute(task, lane));
    }

    void deliver(String channel, Delivery delivery) {
        step.add(() -> loop.deliver(channel, delivery, lane(delivery)));
    }

    /** As a lane would. */
    void publish(String channel, Publication publication) {
        step.add(
                () -> {
                    Delivery delivery = deltas.delivery(channel, publication);
                    loop.deliver(channel, delivery, lane(delivery));
                });
    }

    /** All channels here are of normal priority. */
    private static Priority lane(Delivery delivery) {
        Priority own = delivery.priority();
        return own == null ? Priority.NORMAL : own;
    }

    /** Does what has been asked for since the last step, at most 256 things, and waits for it. */
    void runStep() throws Exception {
        List<Runnable> tasks = List.copyOf(step);
        step.clear();
        thread().execute(() -> tasks.forEach(Runnable::run));
        for (int i = 0; i < TURNS; i++) {
            var turn = new CompletableFuture<Void>();
            thread().execute(() -> turn.complete(null));
            turn.get(10, TimeUnit.SECONDS);
        }
    }

    @Override
    public void close() {
        worker.shutdownNow();
    }
}
