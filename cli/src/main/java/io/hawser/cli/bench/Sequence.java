package io.hawser.cli.bench;

import java.util.Arrays;

/**
 * Which messages of one publisher a subscriber has had. Numbers begin at zero. Costs two integers
 * as long as nothing is missing. For one thread.
 */
final class Sequence {
    /** What is missing between more gaps than this counts as lost, even if it comes later. */
    static final int MAX_GAPS = 1024;

    private static final int[] NONE = {};

    /** What an arrival is. */
    enum Arrival {
        /** The next, or one after a gap. */
        IN_ORDER,
        /** Came after a later one. */
        DISORDERED,
        /** Was here before. */
        DUPLICATE
    }

    private int next;

    /** Pairs of the first that is missing and the first that is not. */
    private int[] gaps = NONE;

    private int gapCount;
    private long forgotten;

    private Sequence(int first) {
        next = first;
    }

    static Sequence fromStart() {
        return new Sequence(0);
    }

    /** For one who comes later: what was before {@code first} is not missing. */
    static Sequence from(int first) {
        return new Sequence(first);
    }

    Arrival arrived(int number) {
        if (number == next) {
            next++;
            return Arrival.IN_ORDER;
        }
        if (number > next) {
            gap(next, number);
            next = number + 1;
            return Arrival.IN_ORDER;
        }
        return fill(number) ? Arrival.DISORDERED : Arrival.DUPLICATE;
    }

    private void gap(int from, int to) {
        if (gapCount == MAX_GAPS) {
            forgotten += to - from;
            return;
        }
        if (2 * gapCount == gaps.length) {
            gaps = Arrays.copyOf(gaps, Math.max(4, 2 * gaps.length));
        }
        gaps[2 * gapCount] = from;
        gaps[2 * gapCount + 1] = to;
        gapCount++;
    }

    private boolean fill(int number) {
        for (int i = 0; i < gapCount; i++) {
            int from = gaps[2 * i];
            int to = gaps[2 * i + 1];
            if (number >= from && number < to) {
                remove(i);
                if (from < number) {
                    gap(from, number);
                }
                if (number + 1 < to) {
                    gap(number + 1, to);
                }
                return true;
            }
        }
        return false;
    }

    private void remove(int index) {
        gapCount--;
        gaps[2 * index] = gaps[2 * gapCount];
        gaps[2 * index + 1] = gaps[2 * gapCount + 1];
    }

    /** How many are missing of those before the last that came. */
    long missing() {
        long missing = forgotten;
        for (int i = 0; i < gapCount; i++) {
            missing += gaps[2 * i + 1] - gaps[2 * i];
        }
        return missing;
    }

    /** How many are missing if {@code published} were sent. */
    long missing(long published) {
        return missing() + Math.max(0, published - next);
    }
}
