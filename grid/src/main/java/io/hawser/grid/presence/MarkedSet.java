package io.hawser.grid.presence;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What waits to be looked at again: each thing once, however often it is marked, and no more than a
 * limit. Thread-safe; nothing blocks.
 */
final class MarkedSet<T> {
    private final Set<T> marked = ConcurrentHashMap.newKeySet();
    private final AtomicInteger size = new AtomicInteger();
    private final int limit;

    /**
     * @param limit things that may wait
     */
    MarkedSet(int limit) {
        this.limit = limit;
    }

    /** False if there is no room. */
    boolean mark(T thing) {
        if (!marked.add(thing)) {
            return true;
        }
        if (size.incrementAndGet() > limit) {
            unmark(thing);
            return false;
        }
        return true;
    }

    /**
     * Takes marks away; to be called before the truth is read: what changes later is marked anew.
     */
    List<T> take(int most) {
        List<T> taken = new ArrayList<>();
        for (Iterator<T> all = marked.iterator(); all.hasNext() && taken.size() < most; ) {
            T thing = all.next();
            unmark(thing);
            taken.add(thing);
        }
        return taken;
    }

    boolean isEmpty() {
        return marked.isEmpty();
    }

    int size() {
        return size.get();
    }

    private void unmark(T thing) {
        if (marked.remove(thing)) {
            size.decrementAndGet();
        }
    }
}
