package io.hawser.grid.stream;

/**
 * Times and bounds of a {@link ChannelMachine}.
 *
 * @param joinTimeoutMs how long a join may wait for an answer
 * @param lingerMs how long a channel without subscribers is still heard
 * @param checkMs a live channel compares its position with the store's at least this often; the
 *     checks of several channels are spread over the last 40 % of it
 * @param subscribeRetryMs after this without a confirmation, SUBSCRIBE is sent again
 * @param readRetryMs first pause after a failed read; it doubles up to {@code maxReadRetryMs}
 * @param maxReadRetryMs longest pause after a failed read
 * @param shareMs how long the publications that joins had read serve later joins too, and the
 *     shortest time between two reads for joins
 * @param maxKept publications kept at most while a gap or a read is open, in each of two buffers
 * @param maxKeptBytes bytes in each of these buffers
 * @param maxWaiting joins waiting at most
 * @param pageSize publications in one read of a repair
 * @param maxRead publications in one read at most; a recovery of more is refused
 */
public record ChannelLimits(
        long joinTimeoutMs,
        long lingerMs,
        long checkMs,
        long subscribeRetryMs,
        long readRetryMs,
        long maxReadRetryMs,
        long shareMs,
        int maxKept,
        long maxKeptBytes,
        int maxWaiting,
        int pageSize,
        int maxRead) {
    public static final ChannelLimits DEFAULT =
            new ChannelLimits(
                    3000, 4000, 25_000, 1000, 50, 1000, 100, 4096, 4 << 20, 100_000, 256, 10_000);
}
