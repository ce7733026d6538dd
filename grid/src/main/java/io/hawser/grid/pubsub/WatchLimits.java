package io.hawser.grid.pubsub;

/**
 * What may wait for the reader of a {@link Watch}.
 *
 * @param publications at most, at least 1
 * @param bytes of them at most (see {@link Publication#approximateBytes}); one may always wait
 */
public record WatchLimits(int publications, long bytes) {
    /** A second of a busy cluster. */
    public static final WatchLimits DEFAULT = new WatchLimits(10_000, 16 << 20);

    public WatchLimits {
        if (publications < 1 || bytes < 1) {
            throw new IllegalArgumentException(publications + " publications, " + bytes + " bytes");
        }
    }
}
