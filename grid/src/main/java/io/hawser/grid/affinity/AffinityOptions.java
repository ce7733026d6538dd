package io.hawser.grid.affinity;

import java.time.Duration;

/**
 * How a node treats affinity; the same on all nodes of a grid. Immutable, thread-safe.
 *
 * @param strategy what makes a client come back to its node
 * @param ttl how long a mapping is kept after the client has gone, at least a second
 * @param strict whether a client that belongs to another node is told to reconnect
 */
public record AffinityOptions(AffinityStrategy strategy, Duration ttl, boolean strict) {
    /** By user, for a day, served wherever they come. */
    public static final AffinityOptions DEFAULT =
            new AffinityOptions(new AffinityByUserId(), Duration.ofHours(24), false);

    /**
     * @throws IllegalArgumentException if {@code ttl} is shorter than a second
     */
    public AffinityOptions {
        if (ttl.toSeconds() < 1) {
            throw new IllegalArgumentException("a ttl shorter than a second: " + ttl);
        }
    }
}
