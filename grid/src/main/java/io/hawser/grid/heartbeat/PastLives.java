package io.hawser.grid.heartbeat;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Lives that were given up here, or have left: they do not come back. For the detector's thread.
 */
final class PastLives {
    /** Of either kind. */
    private static final int MAX = 256;

    /** So many fit into a heartbeat beside the rest. */
    private static final int MAX_NEWEST = 32;

    /** Oldest first, as is the next. */
    private final Set<Life> givenUp = new LinkedHashSet<>();

    private final Set<Life> left = new LinkedHashSet<>();

    void giveUp(Life life) {
        add(givenUp, life);
    }

    void left(Life life) {
        add(left, life);
    }

    private static void add(Set<Life> lives, Life life) {
        lives.add(life);
        Iterator<Life> oldest = lives.iterator();
        while (lives.size() > MAX) {
            oldest.next();
            oldest.remove();
        }
    }

    boolean contains(Life life) {
        return givenUp.contains(life) || left.contains(life);
    }

    /** Those given up that others may not know of yet. */
    Set<Life> newestGivenUp() {
        return newest(givenUp);
    }

    /** Those of whose goodbye others may not know yet. */
    Set<Life> newestLeft() {
        return newest(left);
    }

    private static Set<Life> newest(Set<Life> lives) {
        return lives.stream()
                .skip(Math.max(0, lives.size() - MAX_NEWEST))
                .collect(Collectors.toUnmodifiableSet());
    }

    Set<Life> givenUp() {
        return Set.copyOf(givenUp);
    }

    void clear() {
        givenUp.clear();
        left.clear();
    }
}
