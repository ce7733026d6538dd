package io.hawser.server.endpoint;

import io.hawser.grid.priority.LaneTurns;
import io.hawser.grid.priority.Priority;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.function.Consumer;

/**
 * What waits for one connection: a lane for each priority, before them what is fixed (a frame that
 * the socket has begun to take, a connect reply), behind them the last frame of all. Only bytes
 * that were written settle an order: what the socket did not take goes back to its lane, where it
 * may be overtaken or dropped. A connection has a queue only while it needs it. For one thread.
 */
final class OutQueue {
    /** Frames that one write offers at most. */
    static final int MAX_PICKS = 64;

    private static final Priority[] DROP_ORDER = {Priority.LOW, Priority.NORMAL, Priority.HIGH};

    private final ArrayDeque<Frame> front = new ArrayDeque<>(2);
    private final ArrayDeque<Frame> high = new ArrayDeque<>(2);
    private final ArrayDeque<Frame> normal = new ArrayDeque<>(4);
    private final ArrayDeque<Frame> low = new ArrayDeque<>(2);
    private final LaneTurns turns = new LaneTurns();

    /** Goes when nothing else is left. */
    private @Nullable Frame last;

    /** Frames of the lanes that the write under way offers; empty between writes. */
    private final Picks picks = new Picks();

    /** Bytes of the first frame of the front that are written already. */
    private int offset;

    /** All bytes not yet written. */
    private long bytes;

    /** Those of the lanes. */
    private long waiting;

    /** Those of the lanes that may be dropped. */
    private long droppable;

    /** Replies in the lanes. */
    private int replies;

    /** The droppable frame that came last: dropping stops before it. */
    private @Nullable Frame newest;

    private long blockedSinceMs;
    private long dropped;

    void add(Frame frame, Priority priority) {
        lane(priority).addLast(frame);
        counted(frame, 1);
        if (frame.droppableBy() != null) {
            newest = frame;
        }
        bytes += frame.size();
    }

    /** Before all others but the rest of a frame that has been begun. */
    void addFirst(Frame frame) {
        Frame begun = offset > 0 ? front.pollFirst() : null;
        front.addFirst(frame);
        if (begun != null) {
            front.addFirst(begun);
        }
        bytes += frame.size();
    }

    /** After all others, also those that come later; once in a connection's life. */
    void addLast(Frame frame) {
        last = frame;
        bytes += frame.size();
    }

    private ArrayDeque<Frame> lane(Priority priority) {
        return switch (priority) {
            case HIGH -> high;
            case NORMAL -> normal;
            case LOW -> low;
        };
    }

    private void counted(Frame frame, int sign) {
        waiting += (long) sign * frame.size();
        if (frame.droppableBy() != null) {
            droppable += (long) sign * frame.size();
        }
        if (frame.isReply()) {
            replies += sign;
        }
    }

    // Writing: gather, then wrote

    /**
     * Fills {@code frames} with what comes next and returns how many it filled; {@link #wrote} must
     * follow. Of the first, {@link #begun} bytes are written already.
     */
    int gather(Frame[] frames) {
        int room = Math.min(frames.length, MAX_PICKS);
        int count = front.isEmpty() ? 0 : gatherFront(frames, room);
        while (count < room && pick()) {
            frames[count++] = picks.last();
        }
        if (count < room && last != null) {
            frames[count++] = last;
        }
        return count;
    }

    private int gatherFront(Frame[] frames, int room) {
        int count = 0;
        for (Frame frame : front) {
            if (count == room) {
                return count;
            }
            frames[count++] = frame;
        }
        return count;
    }

    /** Bytes of the frame that comes first which are written already. */
    int begun() {
        return front.isEmpty() ? 0 : offset;
    }

    /** Takes the next frame out of its lane; false if all lanes are empty. */
    private boolean pick() {
        Priority lane = next();
        Frame frame = lane(lane).pollFirst();
        if (frame == null) {
            return false;
        }
        picks.add(frame, lane, turns.mark());
        turns.took(lane, frame.size(), !low.isEmpty());
        return true;
    }

    private Priority next() {
        Frame ofLow = low.peekFirst();
        return turns.next(
                !high.isEmpty(),
                !normal.isEmpty(),
                ofLow == null ? LaneTurns.NOTHING : ofLow.size());
    }

    /** The socket took {@code count} bytes of what was gathered. */
    void wrote(long count) {
        bytes -= count;
        offset = (int) leaveWritten(count);
        putBack();
    }

    /** What is written has gone; returns how much of the next frame is. */
    private long leaveWritten(long count) {
        long left = offset + count;
        while (!front.isEmpty() && left >= front.getFirst().size()) {
            left -= front.removeFirst().size();
        }
        return front.isEmpty() ? leave(left) : left;
    }

    /** Frames of the lanes have gone, the last of them perhaps in part; returns how much of it. */
    private long leave(long written) {
        long left = written;
        while (left > 0 && !picks.isEmpty()) {
            Frame frame = picks.removeFirst();
            counted(frame, -1);
            if (left < frame.size()) {
                front.addLast(frame);
                return left;
            }
            left -= frame.size();
        }
        return left > 0 && last != null ? leaveLast(last, left) : left;
    }

    private long leaveLast(Frame frame, long written) {
        last = null;
        if (written >= frame.size()) {
            return written - frame.size();
        }
        front.addLast(frame);
        return written;
    }

    /**
     * As {@link #wrote(long)}; the frame that comes next is begun, though nothing of it is written
     * yet.
     */
    void wroteAndBegan(long count) {
        bytes -= count;
        offset = (int) leaveWritten(count);
        if (front.isEmpty() && !picks.isEmpty()) {
            Frame begun = picks.removeFirst();
            counted(begun, -1);
            front.addLast(begun);
        }
        putBack();
    }

    private void putBack() {
        while (!picks.isEmpty()) {
            lane(picks.lastLane()).addFirst(picks.last());
            turns.restore(picks.lastTurn());
            picks.removeLast();
        }
    }

    /** True if a reply waits in a lane, which nothing about its channel may overtake. */
    boolean hasReplies() {
        return replies > 0;
    }

    boolean isEmpty() {
        return bytes == 0;
    }

    /** Bytes not yet written. */
    long bytes() {
        return bytes;
    }

    /**
     * Bytes that no dropping can get rid of. A message on its own that has been begun does not
     * count: also one that is longer than the queue may be has to reach who reads.
     */
    long lasting() {
        long sum = waiting - droppable + (last == null ? 0 : last.size());
        int written = offset;
        for (Frame frame : front) {
            if (frame.droppableBy() == null && !frame.isOneMessage()) {
                sum += frame.size() - written;
            }
            written = 0;
        }
        return sum;
    }

    // Dropping: never what has been begun, since its end must follow

    /** Drops what waits of a channel, because something newer comes. */
    void dropOf(ChannelSubscribers channel, Consumer<Frame> lost) {
        for (Priority priority : DROP_ORDER) {
            Iterator<Frame> frames = lane(priority).iterator();
            while (droppable > 0 && frames.hasNext()) {
                Frame frame = frames.next();
                if (frame.droppableBy() == channel) {
                    drop(frame, frames, lost);
                }
            }
        }
    }

    /** Drops what waits and is not the newest of its channel, where only that is to wait. */
    void dropSuperseded(Consumer<Frame> lost) {
        for (Priority priority : DROP_ORDER) {
            Iterator<Frame> frames = lane(priority).iterator();
            while (droppable > 0 && frames.hasNext()) {
                Frame frame = frames.next();
                if (frame.isSuperseded()) {
                    drop(frame, frames, lost);
                }
            }
        }
    }

    /**
     * Drops what may be dropped, low before high and old before new, until what waits fits; but
     * never the newest of all, however large it is.
     */
    void dropUntil(int maxBytes, Consumer<Frame> lost) {
        for (Priority priority : DROP_ORDER) {
            dropUntil(priority, maxBytes, lost);
        }
    }

    /** The same, but nothing that is above low. */
    void dropLowUntil(int maxBytes, Consumer<Frame> lost) {
        dropUntil(Priority.LOW, maxBytes, lost);
    }

    private void dropUntil(Priority priority, int maxBytes, Consumer<Frame> lost) {
        Iterator<Frame> frames = lane(priority).iterator();
        while (waiting > maxBytes && droppable > 0 && frames.hasNext()) {
            Frame frame = frames.next();
            if (frame.droppableBy() != null && frame != newest) {
                drop(frame, frames, lost);
            }
        }
    }

    private void drop(Frame frame, Iterator<Frame> at, Consumer<Frame> lost) {
        at.remove();
        counted(frame, -1);
        bytes -= frame.size();
        lost(frame, lost);
    }

    /** A droppable frame is not even added. */
    void lost(Frame frame, Consumer<Frame> lost) {
        dropped += frame.publications();
        lost.accept(frame);
    }

    /** Publications dropped since the connection last kept up. */
    long dropped() {
        return dropped;
    }

    /** The socket is full at this time, milliseconds since 1970; the first such time counts. */
    void blocked(long nowMs) {
        if (blockedSinceMs == 0) {
            blockedSinceMs = nowMs;
        }
    }

    /** Since when the socket has never taken all that waited; 0 if it always has. */
    long blockedSinceMs() {
        return blockedSinceMs;
    }

    /** Makes what waits outlast the batch. */
    void retain() {
        front.forEach(Frame::retain);
        high.forEach(Frame::retain);
        normal.forEach(Frame::retain);
        low.forEach(Frame::retain);
        if (last != null) {
            last.retain();
        }
    }

    void clear() {
        front.clear();
        high.clear();
        normal.clear();
        low.clear();
        picks.clear();
        last = null;
        newest = null;
        bytes = 0;
        waiting = 0;
        droppable = 0;
        offset = 0;
        replies = 0;
        turns.restore(0);
        blockedSinceMs = 0;
        dropped = 0;
    }
}
