package io.hawser.server.endpoint;

import io.hawser.grid.priority.Priority;

import java.util.Arrays;

/**
 * Frames that a write offers, in its order, each with where it goes back to. Used again for each
 * write, without allocating anything. For one thread.
 */
final class Picks {
    private static final int FIRST_CAPACITY = 4;

    private Frame[] frames = new Frame[FIRST_CAPACITY];
    private Priority[] lanes = new Priority[FIRST_CAPACITY];
    private long[] turns = new long[FIRST_CAPACITY];
    private int first;
    private int end;

    boolean isEmpty() {
        return first == end;
    }

    /**
     * One more frame.
     *
     * @param lane where it goes back to
     * @param turn whose turn it was before it was taken
     */
    void add(Frame frame, Priority lane, long turn) {
        if (end == frames.length) {
            frames = Arrays.copyOf(frames, 2 * end);
            lanes = Arrays.copyOf(lanes, 2 * end);
            turns = Arrays.copyOf(turns, 2 * end);
        }
        frames[end] = frame;
        lanes[end] = lane;
        turns[end] = turn;
        end++;
    }

    // Of one that is not empty

    Frame removeFirst() {
        Frame frame = frames[first];
        unset(first);
        first++;
        rewind();
        return frame;
    }

    Frame last() {
        return frames[end - 1];
    }

    Priority lastLane() {
        return lanes[end - 1];
    }

    long lastTurn() {
        return turns[end - 1];
    }

    void removeLast() {
        end--;
        unset(end);
        rewind();
    }

    private void rewind() {
        if (first == end) {
            first = 0;
            end = 0;
        }
    }

    void clear() {
        while (!isEmpty()) {
            removeLast();
        }
    }

    @SuppressWarnings("NullAway") // outside of first to end, where nobody looks
    private void unset(int index) {
        frames[index] = null;
    }
}
