package io.hawser.grid.heartbeat;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;

/** Lives that were given up here: they do not come back. For the detector's thread. */
final class PastLives {
    private static final int MAX = 256;

    /** So many fit into a heartbeat beside the rest. */
    private static final int MAX_NEWEST = 32;

    /** Oldest first. */
    private final Set<Life> lives = new LinkedHashSet<>();

    void add(Life life) {
        lives.add(life);
        Iterator<Life> oldest = lives.iterator();
        while (lives.size() > MAX) {
            oldest.next();
            oldest.remove();
        }
    }

    boolean contains(Life life) {
        return lives.contains(life);
    }

    /** Those that others may not know of yet. */
    Set<Life> newest() {
        return lives.stream()
                .skip(Math.max(0, lives.size() - MAX_NEWEST))
                .collect(Collectors.toUnmodifiableSet());
    }

    Set<Life> all() {
        return Set.copyOf(lives);
    }

    void clear() {
        lives.clear();
    }
}
