package io.hawser.grid.metrics;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Commands, failed commands and latencies of the last ten seconds, of which each {@link #add} is
 * one. Not thread-safe.
 */
public final class RecentLoad {
    /** How many seconds are looked back on. */
    public static final int SECONDS = 10;

    private final Deque<Second> seconds = new ArrayDeque<>(SECONDS + 1);

    private record Second(long commands, long failed, LatencyHistogram latency) {}

    /**
     * The sum of the last ten seconds. Immutable.
     *
     * @param commands received from clients
     * @param failed answered with an error
     * @param latency of publications, from the channel's thread to the sockets
     */
    public record Sum(long commands, long failed, LatencyHistogram latency) {
        public static final Sum NOTHING = new Sum(0, 0, LatencyHistogram.EMPTY);
    }

    /** Adds a second and forgets the eleventh. */
    public Sum add(long commands, long failed, LatencyHistogram latency) {
        seconds.addLast(new Second(commands, failed, latency));
        if (seconds.size() > SECONDS) {
            seconds.removeFirst();
        }
        return new Sum(
                seconds.stream().mapToLong(Second::commands).sum(),
                seconds.stream().mapToLong(Second::failed).sum(),
                LatencyHistogram.merged(seconds.stream().map(Second::latency).toList()));
    }
}
