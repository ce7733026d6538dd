package io.hawser.server.hook;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Does slow things one after the other on a virtual thread of its own, in the order in which they
 * were given; a bounded number may wait. Thread-safe; {@link #offer} never blocks.
 */
final class HookLine<T> implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(HookLine.class);

    private final BlockingQueue<T> waiting;
    private final Work<T> work;
    private final Thread thread;

    /** What is done with each. */
    @FunctionalInterface
    interface Work<T> {
        /** May block. What else it throws ends this one alone. */
        void on(T item) throws InterruptedException;
    }

    HookLine(String name, int capacity, Work<T> work) {
        this.waiting = new ArrayBlockingQueue<>(capacity);
        this.work = work;
        this.thread = Thread.ofVirtual().name(name).start(this::run);
    }

    /** False if too many are waiting. */
    boolean offer(T item) {
        return waiting.offer(item);
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                onSafely(waiting.take());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    private void onSafely(T item) throws InterruptedException {
        try {
            work.on(item);
        } catch (RuntimeException e) {
            log.error("a hook failed, the next one goes on", e);
        }
    }

    /** How many still wait. */
    int size() {
        return waiting.size();
    }

    /** Interrupts what is under way; what waits is not done any more. */
    @Override
    public void close() {
        thread.interrupt();
    }
}
