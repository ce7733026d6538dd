package io.hawser.grid.pubsub;

/**
 * A place in a channel's stream.
 *
 * @param offset number of the last publication seen, 0 before the first one
 * @param epoch which life of the stream the offset belongs to; empty only where there is no stream
 */
public record StreamPosition(long offset, String epoch) {
    /** Position in a channel that keeps no history. */
    public static final StreamPosition NONE = new StreamPosition(0, "");
}
