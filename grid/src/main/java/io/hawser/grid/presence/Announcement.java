package io.hawser.grid.presence;

/**
 * Whether a channel is told of a client's coming and going.
 *
 * @param upTo members of the channel, on all nodes, up to which it is told; 0 for never
 * @param perUser whether only the first coming and the last going of the client's user in the whole
 *     cluster are told. Clients without a user are told each
 */
public record Announcement(int upTo, boolean perUser) {
    /** Nobody is told. */
    public static final Announcement NEVER = new Announcement(0, false);

    public Announcement {
        if (upTo < 0) {
            throw new IllegalArgumentException("announced up to " + upTo + " members");
        }
    }

    /** Each client's coming and going. */
    public static Announcement ofClients(int upTo) {
        return new Announcement(upTo, false);
    }
}
