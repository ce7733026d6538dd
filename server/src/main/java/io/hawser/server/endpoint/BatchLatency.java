package io.hawser.server.endpoint;

import io.hawser.grid.metrics.LatencyHistogram;
import io.hawser.grid.metrics.LatencyRecorder;

import java.util.Arrays;

/**
 * How long the deliveries of an I/O thread take, from the channel's thread until every connection
 * of their batch has been written to. One clock reading a batch; nothing is allocated once the
 * array is as long as a batch gets, which the limit of waiting deliveries bounds.
 *
 * <p>{@link #take} is for any thread, the rest for the I/O thread alone.
 */
final class BatchLatency {
    private static final int FIRST_CAPACITY = 256;

    private final LatencyRecorder recorder = new LatencyRecorder();

    /** When each delivery of the batch was made, by {@code nanoTime}. */
    private long[] sinceNanos = new long[FIRST_CAPACITY];

    private int size;

    void add(Delivery delivery) {
        if (size == sinceNanos.length) {
            sinceNanos = Arrays.copyOf(sinceNanos, 2 * size);
        }
        sinceNanos[size++] = delivery.sinceNanos();
    }

    void endBatch() {
        if (size == 0) {
            return;
        }
        long now = System.nanoTime();
        for (int i = 0; i < size; i++) {
            recorder.record(now - sinceNanos[i]);
        }
        size = 0;
    }

    /** What was recorded since the last call. */
    LatencyHistogram take() {
        return recorder.take();
    }
}
