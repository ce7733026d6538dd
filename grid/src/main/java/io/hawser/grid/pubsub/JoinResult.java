package io.hawser.grid.pubsub;

import java.util.List;

/**
 * Where a new local subscriber stands.
 *
 * @param position the last publication that lies before the subscriber: everything later reaches it
 *     through the {@link Sink}; {@link StreamPosition#NONE} without history
 * @param recovered true only if {@code publications} is everything between {@link
 *     JoinRequest#since} and {@code position}
 * @param publications what was missed, oldest first; empty unless {@code recovered}
 */
public record JoinResult(
        StreamPosition position, boolean recovered, List<Publication> publications) {}
