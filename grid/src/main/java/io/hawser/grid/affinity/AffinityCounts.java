package io.hawser.grid.affinity;

/**
 * What {@link Affinity} counts. Immutable, thread-safe.
 *
 * @param waiting clients that came or went and wait to be written to the grid
 * @param overflows of them, those that found no room, since the start
 * @param failures writes to the grid that failed, since the start
 * @param copyWaiting entries that wait to be copied to Redis
 * @param copyDropped entries that were never copied, since the start
 * @param redisFailures batches, reads and kept subscriptions that Redis did not take, since the
 *     start
 * @param sentAway clients that were told to reconnect, since the start
 */
public record AffinityCounts(
        int waiting,
        long overflows,
        long failures,
        int copyWaiting,
        long copyDropped,
        long redisFailures,
        long sentAway) {}
