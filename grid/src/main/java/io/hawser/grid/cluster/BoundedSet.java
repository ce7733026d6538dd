package io.hawser.grid.cluster;

import java.util.Iterator;
import java.util.LinkedHashSet;

/** The last elements added, up to a limit. Not thread-safe. */
final class BoundedSet<E> {
    private final int maxSize;
    private final LinkedHashSet<E> elements = new LinkedHashSet<>();

    BoundedSet(int maxSize) {
        this.maxSize = maxSize;
    }

    void add(E element) {
        elements.remove(element);
        elements.addLast(element);
        if (elements.size() > maxSize) {
            Iterator<E> oldest = elements.iterator();
            oldest.next();
            oldest.remove();
        }
    }

    void remove(E element) {
        elements.remove(element);
    }

    boolean contains(E element) {
        return elements.contains(element);
    }
}
