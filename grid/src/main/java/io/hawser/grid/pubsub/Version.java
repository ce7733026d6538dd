package io.hawser.grid.pubsub;

/**
 * Says which of two states of the same thing is newer, whoever publishes them in whatever order.
 *
 * @param number at least 1
 * @param epoch within which numbers can be compared: in another one each is newer. Empty for the
 *     one that the channel has
 */
public record Version(long number, String epoch) {
    public Version {
        if (number < 1) {
            throw new IllegalArgumentException("version " + number + " is below 1");
        }
    }

    /** Whether this takes the place of {@code known}. */
    boolean isNewerThan(Version known) {
        boolean comparable = epoch.isEmpty() || epoch.equals(known.epoch);
        return !comparable || number > known.number;
    }

    /** This, in the epoch of {@code known} if it names none. */
    Version after(Version known) {
        return epoch.isEmpty() ? new Version(number, known.epoch) : this;
    }
}
