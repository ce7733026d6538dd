package io.hawser.grid.heartbeat;

import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Lives that were given up here: they do not come back. For the detector's thread. */
final class PastLives {
    private static final int MAX = 256;

    /** As long as it takes until everybody who can be reached has heard of it. */
    private static final long TELL_MS = 10_000;

    /** When, oldest first. */
    private final Map<Life, Long> lives = new LinkedHashMap<>();

    void add(Life life, long nowMs) {
        lives.put(life, nowMs);
        Iterator<Life> oldest = lives.keySet().iterator();
        while (lives.size() > MAX) {
            oldest.next();
            oldest.remove();
        }
    }

    boolean contains(Life life) {
        return lives.containsKey(life);
    }

    /** Those that others may not know of yet. */
    Set<Life> late(long nowMs) {
        Set<Life> late = new HashSet<>();
        lives.forEach(
                (life, atMs) -> {
                    if (nowMs - atMs <= TELL_MS) {
                        late.add(life);
                    }
                });
        return late;
    }

    void clear() {
        lives.clear();
    }
}
