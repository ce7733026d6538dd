package io.hawser.grid.pubsub;

import org.jspecify.annotations.Nullable;

/**
 * Which part of a stream to read.
 *
 * @param since read what came after this position (before it, if {@code reverse}), exclusive; null
 *     reads from the oldest (newest, if {@code reverse})
 * @param limit publications at most; 0 asks only for the stream's top position
 * @param reverse newest first
 */
public record HistoryQuery(@Nullable StreamPosition since, int limit, boolean reverse) {
    /** Only the top position. */
    public static final HistoryQuery TOP = new HistoryQuery(null, 0, false);
}
