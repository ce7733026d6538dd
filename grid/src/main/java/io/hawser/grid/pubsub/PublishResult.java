package io.hawser.grid.pubsub;

/**
 * What came of a publish.
 *
 * @param position of the publication, also if it was stored earlier under the same idempotency key;
 *     if suppressed, of the newest one. {@link StreamPosition#NONE} without history
 * @param suppressed true if the channel has a publication of this version or a newer one already:
 *     nothing was stored or sent
 */
public record PublishResult(StreamPosition position, boolean suppressed) {
    public static PublishResult at(StreamPosition position) {
        return new PublishResult(position, false);
    }
}
