package io.hawser.grid.presence;

import io.hawser.grid.pubsub.ClientInfo;

/**
 * A client of this node in a channel.
 *
 * @param listed whether presence shows and counts it
 * @param announcement whether its coming and going are told to the channel
 */
record Member(ClientInfo info, boolean listed, Announcement announcement) {
    boolean announced() {
        return announcement.upTo() > 0;
    }

    int announceUpTo() {
        return announcement.upTo();
    }

    /** Told with its user: then the roll of users has it, else that of clients. */
    boolean announcedByUser() {
        return announced() && announcement.perUser() && !info.user().isEmpty();
    }

    boolean announcedAlone() {
        return announced() && !announcedByUser();
    }
}
