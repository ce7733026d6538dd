package io.hawser.grid.metrics;

import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;
import org.jspecify.annotations.Nullable;

/**
 * Takes the times of one thread. {@link #record} is for that thread alone, allocates nothing and
 * waits for nobody; {@link #take} is for any other thread.
 */
public final class LatencyRecorder {
    private final SingleWriterRecorder recorder =
            new SingleWriterRecorder(LatencyHistogram.MAX_US, LatencyHistogram.DIGITS);

    /** Used by turns with the one that is written to. */
    private @Nullable Histogram spare;

    /**
     * Counts a message.
     *
     * @param nanos how long it took; below a microsecond counts as one
     */
    public void record(long nanos) {
        recorder.recordValue(Math.clamp(nanos / 1_000, 1, LatencyHistogram.MAX_US));
    }

    /** What was counted since the last call. */
    public synchronized LatencyHistogram take() {
        Histogram interval = recorder.getIntervalHistogram(spare);
        spare = interval;
        return LatencyHistogram.of(interval);
    }
}
