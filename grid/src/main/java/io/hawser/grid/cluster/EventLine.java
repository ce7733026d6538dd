package io.hawser.grid.cluster;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/** Hands events to listeners, one after the other, on one thread. Thread-safe. */
final class EventLine implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EventLine.class);
    private static final int CAPACITY = 10_000;

    private final BlockingQueue<ClusterEvent> queue = new ArrayBlockingQueue<>(CAPACITY);
    private final List<ClusterListener> listeners = new CopyOnWriteArrayList<>();
    private final Thread thread =
            Thread.ofPlatform().daemon().name("grid-events").unstarted(this::run);

    void start() {
        thread.start();
    }

    void add(ClusterListener listener) {
        listeners.add(listener);
    }

    /** Never blocks. Ten thousand events waiting means that a listener hangs: then one is lost. */
    void post(ClusterEvent event) {
        if (!queue.offer(event)) {
            log.error("a listener of cluster events hangs, {} is lost", event);
        }
    }

    private void run() {
        try {
            while (true) {
                deliver(queue.take());
            }
        } catch (InterruptedException e) {
            log.debug("closed", e);
        }
    }

    private void deliver(ClusterEvent event) {
        for (ClusterListener listener : listeners) {
            try {
                listener.on(event);
            } catch (RuntimeException e) {
                log.error("a listener failed at {}", event, e);
            }
        }
    }

    /** Stops after the event under way; what waits is dropped. */
    @Override
    public void close() {
        thread.interrupt();
    }
}
