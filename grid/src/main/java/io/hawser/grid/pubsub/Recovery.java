package io.hawser.grid.pubsub;

import java.util.List;

/** The rule by which a join is answered from what is known of a stream. Pure. */
public final class Recovery {
    private Recovery() {}

    /**
     * True if {@code since} names the stream of {@code epoch}; an empty epoch is the current one.
     */
    public static boolean sameEpoch(StreamPosition since, String epoch) {
        return since.epoch().isEmpty() || since.epoch().equals(epoch);
    }

    /** True if so many missed publications may be handed over. */
    public static boolean withinLimits(JoinRequest request, long missed) {
        return missed >= 0
                && missed <= request.recoveryLimit()
                && missed <= request.history().size();
    }

    /** True if {@code publications} is exactly what lies after {@code since} up to {@code top}. */
    public static boolean complete(List<Publication> publications, long since, long top) {
        if (publications.size() != top - since) {
            return false;
        }
        long expected = since;
        for (Publication publication : publications) {
            if (publication.offset() != ++expected) {
                return false;
            }
        }
        return true;
    }
}
