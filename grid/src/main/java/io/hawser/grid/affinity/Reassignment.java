package io.hawser.grid.affinity;

import java.time.Duration;

/**
 * What a reassignment did. Immutable, thread-safe.
 *
 * @param moved entries that have a new node
 * @param took how long it took
 */
public record Reassignment(int moved, Duration took) {}
