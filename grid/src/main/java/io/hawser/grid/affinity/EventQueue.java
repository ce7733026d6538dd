package io.hawser.grid.affinity;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What waits for one thread, up to a bound. Thread-safe; offering takes no lock, since I/O threads
 * do it.
 */
final class EventQueue<E> {
    private final int capacity;
    private final Queue<E> events = new ConcurrentLinkedQueue<>();
    private final AtomicInteger size = new AtomicInteger();

    EventQueue(int capacity) {
        this.capacity = capacity;
    }

    /** False if there was no room. */
    boolean offer(E event) {
        if (size.incrementAndGet() > capacity) {
            size.decrementAndGet();
            return false;
        }
        return events.add(event);
    }

    /** The oldest ones, at most so many, out of the queue. */
    List<E> take(int max) {
        List<E> taken = new ArrayList<>();
        while (taken.size() < max) {
            E next = poll();
            if (next == null) {
                break;
            }
            taken.add(next);
        }
        return taken;
    }

    private @Nullable E poll() {
        E next = events.poll();
        if (next != null) {
            size.decrementAndGet();
        }
        return next;
    }

    int size() {
        return size.get();
    }

    boolean isEmpty() {
        return events.isEmpty();
    }
}
