package io.hawser.server.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A bounded queue whose callers never wait, not even for a lock. Thread-safe. */
final class RecordQueue {
    private final int capacity;
    private final AtomicInteger reserved = new AtomicInteger();
    private final Queue<SessionRecord> records = new ConcurrentLinkedQueue<>();

    RecordQueue(int capacity) {
        this.capacity = capacity;
    }

    /** False if it is full. */
    boolean offer(SessionRecord each) {
        if (reserved.incrementAndGet() > capacity) {
            reserved.decrementAndGet();
            return false;
        }
        records.add(each);
        return true;
    }

    /** Up to {@code max} records, the oldest first. */
    List<SessionRecord> take(int max) {
        List<SessionRecord> taken = new ArrayList<>();
        while (taken.size() < max) {
            SessionRecord next = records.poll();
            if (next == null) {
                break;
            }
            taken.add(next);
        }
        reserved.addAndGet(-taken.size());
        return taken;
    }

    /** About how many wait. */
    int size() {
        return Math.max(0, reserved.get());
    }
}
