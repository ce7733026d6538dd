package io.hawser.grid.delivery;

import java.time.Duration;

/**
 * How many positions are kept, and for how long. Immutable.
 *
 * @param ttl how long after its last use a position is kept
 * @param perUser positions of one user at most, at least 1
 */
public record PositionLimits(Duration ttl, int perUser) {
    public PositionLimits {
        if (!ttl.isPositive() || perUser < 1) {
            throw new IllegalArgumentException("ttl " + ttl + ", positions " + perUser);
        }
    }
}
