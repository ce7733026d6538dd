package io.hawser.grid.stream;

import io.hawser.grid.pubsub.History;

/**
 * What a read found.
 *
 * @param topId id of the publication at the stream's top; 0 if that is gone or has none
 */
public record StreamRead(History history, long topId) {}
