package io.hawser.grid.priority;

/**
 * Whose turn it is: high before normal before low, but low gets a sixteenth of the bytes while it
 * has something. Not thread-safe.
 */
public final class LaneTurns {
    /** Bytes of the other lanes for one of the low lane. */
    public static final int LOW_SHARE = 15;

    /** Stands for the size of what the low lane has next if it has nothing. */
    public static final int NOTHING = -1;

    /** Bytes of the other lanes that went since the low lane last had its share. */
    private long lowDue;

    /**
     * The lane to take from; {@link Priority#LOW} if all are empty.
     *
     * @param high whether the high lane has something
     * @param normal whether the normal lane has something
     * @param low bytes of what the low lane has next, or {@link #NOTHING}
     */
    public Priority next(boolean high, boolean normal, int low) {
        if (low != NOTHING && lowDue >= (long) LOW_SHARE * low) {
            return Priority.LOW;
        }
        if (high) {
            return Priority.HIGH;
        }
        return normal ? Priority.NORMAL : Priority.LOW;
    }

    /**
     * So many bytes were taken from a lane.
     *
     * @param lowWaits whether the low lane has something left
     */
    public void took(Priority lane, int bytes, boolean lowWaits) {
        if (lane == Priority.LOW) {
            lowDue = Math.max(0, lowDue - (long) LOW_SHARE * bytes);
        } else {
            lowDue = lowWaits ? lowDue + bytes : 0;
        }
    }

    /** What {@link #restore} takes to come back to where this is now. */
    public long mark() {
        return lowDue;
    }

    /** What was taken since the mark was not. */
    public void restore(long mark) {
        lowDue = mark;
    }
}
