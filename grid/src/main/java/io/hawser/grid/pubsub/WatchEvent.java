package io.hawser.grid.pubsub;

/** What the reader of a {@link Watch} gets. */
public sealed interface WatchEvent {
    /**
     * A publication.
     *
     * @param position where it stands in the channel's stream; {@link StreamPosition#NONE} in a
     *     channel without history
     */
    record Published(String channel, StreamPosition position, Publication publication)
            implements WatchEvent {}

    /**
     * The reader was too slow for so many publications that came here, before what comes next.
     *
     * @param count at least 1
     */
    record Missed(long count) implements WatchEvent {}

    /** From now on everything is seen. */
    record Complete() implements WatchEvent {}

    /**
     * From now on something may be missing that nobody counts.
     *
     * @param why for people
     */
    record Incomplete(String why) implements WatchEvent {}
}
