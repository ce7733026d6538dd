package io.hawser.server.hook;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Does slow things one after the other on a virtual thread of its own, in the order in which they
 * were given; a bounded number may wait. Thread-safe; {@link #offer} never blocks.
 */
final class HookLine<T> implements AutoCloseable {
    private final BlockingQueue<T> waiting;
    private final Work<T> work;
    private final Thread thread;

    /** What is done with each. */
    @FunctionalInterface
    interface Work<T> {
        /** May block; must not throw anything else. */
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
                work.on(waiting.take());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
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
