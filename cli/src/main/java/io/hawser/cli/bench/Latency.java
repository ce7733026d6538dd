package io.hawser.cli.bench;

import org.HdrHistogram.Histogram;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.DataFormatException;

/** Times in nanoseconds, exact to three digits, up to 10 minutes. For one thread. */
public final class Latency {
    private static final long MAX_NS = 600_000_000_000L;
    private static final int DIGITS = 3;

    private final Histogram histogram = new Histogram(MAX_NS, DIGITS);

    void record(long ns) {
        histogram.recordValue(Math.clamp(ns, 0, MAX_NS));
    }

    void add(Latency other) {
        histogram.add(other.histogram);
    }

    /** How many were recorded. */
    public long count() {
        return histogram.getTotalCount();
    }

    /** Microseconds below which {@code percent} of all are; 0 if there are none. */
    public double percentileUs(double percent) {
        return count() == 0 ? 0 : histogram.getValueAtPercentile(percent) / 1e3;
    }

    /** In microseconds. */
    public double maxUs() {
        return histogram.getMaxValue() / 1e3;
    }

    /** In microseconds. */
    public double meanUs() {
        return count() == 0 ? 0 : histogram.getMean() / 1e3;
    }

    /** As text, for another process. */
    String encoded() {
        ByteBuffer bytes = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
        int length = histogram.encodeIntoCompressedByteBuffer(bytes);
        return Base64.getEncoder().encodeToString(Arrays.copyOf(bytes.array(), length));
    }

    /**
     * Reads what {@link #encoded} wrote.
     *
     * @throws IllegalArgumentException if it is something else
     */
    static Latency decoded(String text) {
        try {
            var bytes = ByteBuffer.wrap(Base64.getDecoder().decode(text));
            var latency = new Latency();
            latency.histogram.add(Histogram.decodeFromCompressedByteBuffer(bytes, MAX_NS));
            return latency;
        } catch (DataFormatException e) {
            throw new IllegalArgumentException("not a histogram", e);
        }
    }
}
