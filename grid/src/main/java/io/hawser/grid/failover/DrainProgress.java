package io.hawser.grid.failover;

/**
 * How far a node's drain is. Immutable, thread-safe.
 *
 * @param state where it is
 * @param total connections when it began
 * @param told of them and of those who slipped in, how many have been told to leave
 * @param connections that are still there
 * @param perSecond the pace, 0 if there is no drain
 * @param elapsedMs since it began; stands still once it is over
 */
public record DrainProgress(
        State state, int total, int told, int connections, double perSecond, long elapsedMs) {
    /** Where a drain is. */
    public enum State {
        /** There is none. */
        NONE,
        /** Takes nobody new, and sends away those it has. */
        DRAINING,
        /** Takes nobody new, and everybody has gone or been told. */
        DRAINED,
        /** The node is on its way out; nothing brings it back but a new start. */
        STOPPING
    }
}
