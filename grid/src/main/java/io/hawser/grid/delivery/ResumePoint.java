package io.hawser.grid.delivery;

import io.hawser.grid.pubsub.StreamPosition;

import org.jspecify.annotations.Nullable;

/**
 * From where a subscription goes on. Immutable.
 *
 * @param since everything after it is to be delivered
 * @param known false if the user had no position, so that there is nothing to recover
 */
public record ResumePoint(StreamPosition since, boolean known) {
    /**
     * The earlier of what is acknowledged and what the client says that it has seen: either of the
     * two could miss what the other has. If they are of two epochs, what the client says decides
     * whether it missed something.
     *
     * @param seen null if the client says nothing; an empty epoch stands for the current one
     */
    static ResumePoint of(StreamPosition acknowledged, @Nullable StreamPosition seen) {
        if (seen == null) {
            return new ResumePoint(acknowledged, true);
        }
        boolean same = seen.epoch().isEmpty() || seen.epoch().equals(acknowledged.epoch());
        if (!same) {
            return new ResumePoint(seen, true);
        }
        long offset = Math.min(seen.offset(), acknowledged.offset());
        return new ResumePoint(new StreamPosition(offset, acknowledged.epoch()), true);
    }

    /**
     * Where a position begins: at the end of the stream, or at what the client has seen of it.
     *
     * @param top end of the stream
     * @param seen null if the client says nothing
     */
    static StreamPosition first(StreamPosition top, @Nullable StreamPosition seen) {
        if (seen == null || seen.offset() > top.offset()) {
            return top;
        }
        boolean same = seen.epoch().isEmpty() || seen.epoch().equals(top.epoch());
        return same ? new StreamPosition(seen.offset(), top.epoch()) : top;
    }
}
