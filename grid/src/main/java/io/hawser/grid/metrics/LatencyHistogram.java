package io.hawser.grid.metrics;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

import org.HdrHistogram.Histogram;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.zip.DataFormatException;

/**
 * How long messages took: times from 1 µs to 60 s, exact to two digits; longer ones count as 60 s.
 * Those of several nodes or intervals can be merged, which their percentiles cannot. Immutable,
 * thread-safe.
 */
public final class LatencyHistogram {
    static final long MAX_US = 60_000_000;
    static final int DIGITS = 2;

    /** Of no message at all. */
    public static final LatencyHistogram EMPTY = new LatencyHistogram(fresh());

    /** More text than any histogram of ours takes. */
    private static final int MAX_TEXT = 64 * 1024;

    private final Histogram histogram;

    private LatencyHistogram(Histogram histogram) {
        this.histogram = histogram;
    }

    static Histogram fresh() {
        return new Histogram(MAX_US, DIGITS);
    }

    /** Takes a copy. */
    static LatencyHistogram of(Histogram recorded) {
        Histogram copy = fresh();
        copy.add(recorded);
        return new LatencyHistogram(copy);
    }

    /** All that was counted in any of them. */
    public static LatencyHistogram merged(Collection<LatencyHistogram> parts) {
        Histogram sum = fresh();
        parts.forEach(part -> sum.add(part.histogram));
        return new LatencyHistogram(sum);
    }

    /**
     * Reads what {@link #encoded} wrote.
     *
     * @throws IllegalArgumentException if it is something else
     */
    @JsonCreator
    public static LatencyHistogram decoded(String text) {
        if (text.isEmpty()) {
            return EMPTY;
        }
        if (text.length() > MAX_TEXT) {
            throw new IllegalArgumentException("too long for a histogram: " + text.length());
        }
        try {
            var bytes = ByteBuffer.wrap(Base64.getDecoder().decode(text));
            Histogram histogram = Histogram.decodeFromCompressedByteBuffer(bytes, 0);
            if (histogram.getHighestTrackableValue() != MAX_US
                    || histogram.getNumberOfSignificantValueDigits() != DIGITS) {
                throw new IllegalArgumentException("a histogram of another range");
            }
            return new LatencyHistogram(histogram);
        } catch (DataFormatException | RuntimeException e) {
            // Damaged bytes make the library fail in several ways: buffer, index, array size.
            throw new IllegalArgumentException("not a histogram", e);
        }
    }

    /** Compressed, in base64; empty if nothing was counted. */
    @JsonValue
    public String encoded() {
        if (count() == 0) {
            return "";
        }
        Histogram copy = histogram.copy(); // the library encodes through a buffer of its own
        ByteBuffer bytes = ByteBuffer.allocate(copy.getNeededByteBufferCapacity());
        int length = copy.encodeIntoCompressedByteBuffer(bytes);
        return Base64.getEncoder().encodeToString(Arrays.copyOf(bytes.array(), length));
    }

    /** How many messages. */
    public long count() {
        return histogram.getTotalCount();
    }

    /** Milliseconds; 0 if nothing was counted. */
    public double averageMs() {
        return count() == 0 ? 0 : histogram.getMean() / 1e3;
    }

    /**
     * Milliseconds that {@code percent} of all messages took at most; 0 if nothing was counted.
     *
     * @param percent 0 to 100
     */
    public double percentileMs(double percent) {
        return count() == 0 ? 0 : histogram.getValueAtPercentile(percent) / 1e3;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LatencyHistogram that && histogram.equals(that.histogram);
    }

    @Override
    public int hashCode() {
        return histogram.hashCode();
    }

    @Override
    public String toString() {
        return "%d messages, p99 %.3f ms".formatted(count(), percentileMs(99));
    }
}
