package io.hawser.server.protocol;

import io.hawser.grid.pubsub.Publication;

/**
 * A publication as one kind of subscriber gets it. Immutable, thread-safe.
 *
 * @param publication with the delta as its data where {@code form} says so
 * @param form what its data is
 */
public record SentPublication(Publication publication, DataForm form) {

    /** What stands as the data of a publication. */
    public enum DataForm {
        /** What was published, for a subscription without delta. */
        VALUE,
        /** What was published, for a subscription with delta: in JSON a string that holds it. */
        WHOLE,
        /** A delta to the publication before; in JSON a string, so it must be UTF-8. */
        DELTA;

        boolean inDeltaSubscription() {
            return this != VALUE;
        }
    }

    /** As it was published, for a subscription without delta. */
    public static SentPublication plain(Publication publication) {
        return new SentPublication(publication, DataForm.VALUE);
    }

    boolean delta() {
        return form == DataForm.DELTA;
    }
}
