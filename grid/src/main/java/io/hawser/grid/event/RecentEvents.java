package io.hawser.grid.event;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The last events that a node has heard, each once, in that order. Not thread-safe. */
final class RecentEvents {
    private final int capacity;
    private final Deque<GridEvent> events = new ArrayDeque<>();
    private final Set<String> ids = new HashSet<>();

    /**
     * What came after an event.
     *
     * @param complete false if that event is not known, so that some may be missing
     */
    record Since(List<GridEvent> events, boolean complete) {}

    RecentEvents(int capacity) {
        this.capacity = capacity;
    }

    /**
     * Adds one; beyond the limit the oldest goes.
     *
     * @return false if it is here already
     */
    boolean add(GridEvent event) {
        if (!ids.add(event.id())) {
            return false;
        }
        events.addLast(event);
        if (events.size() > capacity) {
            ids.remove(events.removeFirst().id());
        }
        return true;
    }

    boolean has(String id) {
        return ids.contains(id);
    }

    /**
     * What came after an event; all if it is not known.
     *
     * @param id null for all
     */
    Since since(@Nullable String id) {
        if (id == null) {
            return new Since(List.copyOf(events), true);
        }
        if (!ids.contains(id)) {
            return new Since(List.copyOf(events), false);
        }
        List<GridEvent> after = new ArrayList<>();
        boolean found = false;
        for (GridEvent event : events) {
            if (found) {
                after.add(event);
            }
            found |= event.id().equals(id);
        }
        return new Since(after, true);
    }
}
