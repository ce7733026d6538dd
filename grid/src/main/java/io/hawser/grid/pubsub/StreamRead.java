package io.hawser.grid.pubsub;

/**
 * What a read found.
 *
 * @param topId id of the publication at the stream's top; 0 if that is gone or has none
 */
record StreamRead(History history, long topId) {}
