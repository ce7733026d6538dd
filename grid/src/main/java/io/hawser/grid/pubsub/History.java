package io.hawser.grid.pubsub;

import java.util.List;

/**
 * A part of a stream.
 *
 * @param top the newest position at the moment of reading
 * @param publications what was asked for, in the order that was asked for
 */
public record History(StreamPosition top, List<Publication> publications) {}
