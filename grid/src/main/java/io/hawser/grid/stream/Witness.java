package io.hawser.grid.stream;

import io.hawser.grid.pubsub.Epochs;
import io.hawser.grid.pubsub.SeenPositions;
import io.hawser.grid.pubsub.StreamPosition;

/**
 * What one node has seen of a stream, for the store to compare with. If the store has less, or
 * something else, the stream is a fork (a replica promoted without the tail, an older dump), and
 * the store begins a new epoch in the same step.
 *
 * @param highest highest position that existed; {@link StreamPosition#NONE} if none is known
 * @param offset of a publication that was seen in the same epoch
 * @param id that publication's; 0 if it is not known
 * @param forked the node knows already that the stream of {@code highest.epoch()} is a fork
 */
public record Witness(StreamPosition highest, long offset, long id, boolean forked) {
    /** Has seen nothing. */
    public static final Witness NONE = of(StreamPosition.NONE);

    /** Has seen that a position existed. */
    public static Witness of(StreamPosition highest) {
        return new Witness(highest, 0, 0, false);
    }

    /**
     * The same with a position that the node knows from elsewhere: where its own publishes were
     * stored, although the bus may have told nobody.
     */
    public Witness and(SeenPositions.Sighting seen) {
        StreamPosition there = seen.position();
        if (there.epoch().isEmpty()) {
            return this;
        }
        if (isNone() || Epochs.isOlder(highest.epoch(), there.epoch())) {
            return new Witness(there, there.offset(), seen.id(), false);
        }
        if (!highest.epoch().equals(there.epoch())) {
            return this;
        }
        StreamPosition most = there.offset() > highest.offset() ? there : highest;
        // What it has delivered counts more: what it has seen since may be the fork's.
        return id == 0 && seen.id() != 0
                ? new Witness(most, there.offset(), seen.id(), forked)
                : new Witness(most, offset, id, forked);
    }

    public boolean isNone() {
        return highest.epoch().isEmpty();
    }
}
