package io.hawser.server.api;

import io.hawser.grid.pubsub.StreamPosition;

import java.util.List;
import java.util.Map;

/**
 * What a node answers when it is asked who has got some publications. Immutable.
 *
 * @param counts its subscribers that have been given everything up to the publication, by channel
 * @param behind channels with subscribers that have not been given it yet
 */
record Receipts(Map<String, Integer> counts, List<String> behind) {
    /**
     * The question.
     *
     * @param upTo the position of the publication in each channel
     */
    record Asked(Map<String, StreamPosition> upTo) {}
}
