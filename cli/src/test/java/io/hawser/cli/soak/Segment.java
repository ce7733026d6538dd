package io.hawser.cli.soak;

import java.util.Arrays;

/**
 * What a client got of one epoch without being told of a gap: by its offsets an unbroken row. Not
 * thread-safe.
 */
final class Segment {
    private final String epoch;
    private final long since;
    private long[] numbers = new long[16];
    private int size;

    /**
     * An empty one.
     *
     * @param since the offset before its first
     */
    Segment(String epoch, long since) {
        this.epoch = epoch;
        this.since = since;
    }

    /** Appends the number of the message at the next offset. */
    void add(long number) {
        if (size == numbers.length) {
            numbers = Arrays.copyOf(numbers, 2 * size);
        }
        numbers[size++] = number;
    }

    String epoch() {
        return epoch;
    }

    /** The first offset of it, if it is not empty. */
    long first() {
        return since + 1;
    }

    /** The offset up to which the client has everything. */
    long last() {
        return since + size;
    }

    /**
     * The number of the message at that offset, which is one of {@link #first} to {@link #last}.
     */
    long number(long offset) {
        return numbers[Math.toIntExact(offset - first())];
    }
}
