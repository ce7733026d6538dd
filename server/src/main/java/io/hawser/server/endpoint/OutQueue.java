package io.hawser.server.endpoint;

import io.hawser.server.config.ChannelOptions.Priority;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Iterator;

/**
 * What waits for one connection: a lane for each priority, and the frames that are being written,
 * in the order settled when they were first offered to the socket. A connection has one only while
 * it needs it. For one thread.
 */
final class OutQueue {
    /** Bytes of the other lanes for one of the low lane. */
    private static final int LOW_SHARE = 15;

    private static final Priority[] DROP_ORDER = {Priority.LOW, Priority.NORMAL, Priority.HIGH};

    private final ArrayDeque<Frame> high = new ArrayDeque<>(2);
    private final ArrayDeque<Frame> normal = new ArrayDeque<>(4);
    private final ArrayDeque<Frame> low = new ArrayDeque<>(2);

    /** Offered to the socket; the first may be half written. */
    private final ArrayDeque<Frame> offered = new ArrayDeque<>(4);

    private int bytes;

    /** Bytes of the first offered frame that are written already. */
    private int offset;

    /** Bytes of the other lanes that went since the low lane last had its share. */
    private int lowDue;

    private long blockedSinceMs;
    private long dropped;

    void add(Frame frame, Priority priority) {
        lane(priority).addLast(frame);
        bytes += frame.size();
    }

    /** Before all that has not been begun. */
    void addFirst(Frame frame) {
        if (offset == 0) {
            offered.addFirst(frame);
        } else {
            Frame begun = offered.removeFirst();
            offered.addFirst(frame);
            offered.addFirst(begun);
        }
        bytes += frame.size();
    }

    private ArrayDeque<Frame> lane(Priority priority) {
        return switch (priority) {
            case HIGH -> high;
            case NORMAL -> normal;
            case LOW -> low;
        };
    }

    /** Fills {@code buffers} with what comes next and returns how many it filled. */
    int gather(ByteBuffer[] buffers) {
        int count = 0;
        for (Iterator<Frame> i = offered.iterator(); i.hasNext() && count < buffers.length; ) {
            buffers[count] = i.next().from(count == 0 ? offset : 0);
            count++;
        }
        for (Frame next = next(count, buffers); next != null; next = next(count, buffers)) {
            offered.addLast(next);
            buffers[count++] = next.from(0);
        }
        return count;
    }

    private @Nullable Frame next(int count, ByteBuffer[] buffers) {
        if (count == buffers.length) {
            return null;
        }
        Frame waiting = low.peekFirst();
        if (waiting != null && lowDue >= LOW_SHARE * waiting.size()) {
            lowDue -= LOW_SHARE * waiting.size();
            return low.removeFirst();
        }
        Frame first = high.isEmpty() ? normal.pollFirst() : high.removeFirst();
        if (first == null) {
            lowDue = 0;
            return low.pollFirst();
        }
        lowDue = waiting == null ? 0 : lowDue + first.size();
        return first;
    }

    /** The socket took {@code count} bytes of what was gathered. */
    void wrote(long count) {
        bytes -= (int) count;
        long left = offset + count;
        while (!offered.isEmpty() && left >= offered.getFirst().size()) {
            left -= offered.removeFirst().size();
        }
        offset = (int) left;
    }

    boolean isEmpty() {
        return bytes == 0;
    }

    /** Bytes not yet written. */
    int bytes() {
        return bytes;
    }

    // Dropping: never what has been offered, since its first bytes may be on their way

    /** Drops what waits of a channel, because something newer comes. */
    void dropOf(ChannelSubscribers channel, Priority priority) {
        for (Iterator<Frame> i = lane(priority).iterator(); i.hasNext(); ) {
            Frame frame = i.next();
            if (frame.droppableBy() == channel) {
                i.remove();
                count(frame);
            }
        }
    }

    /** Drops what may be dropped, low before high and old before new, until the bytes fit. */
    void dropUntil(int maxBytes) {
        for (Priority priority : DROP_ORDER) {
            Iterator<Frame> i = lane(priority).iterator();
            while (bytes > maxBytes && i.hasNext()) {
                Frame frame = i.next();
                if (frame.droppableBy() != null) {
                    i.remove();
                    count(frame);
                }
            }
        }
    }

    private void count(Frame frame) {
        bytes -= frame.size();
        dropped += frame.publications();
    }

    /** Publications dropped since the connection last kept up. */
    long dropped() {
        return dropped;
    }

    /** The socket is full since then, milliseconds since 1970. */
    void blocked(long nowMs) {
        blockedSinceMs = nowMs;
    }

    long blockedSinceMs() {
        return blockedSinceMs;
    }

    /** Makes what waits outlast the batch. */
    void retain() {
        offered.forEach(Frame::retain);
        high.forEach(Frame::retain);
        normal.forEach(Frame::retain);
        low.forEach(Frame::retain);
    }

    void clear() {
        offered.clear();
        high.clear();
        normal.clear();
        low.clear();
        bytes = 0;
        offset = 0;
        lowDue = 0;
        blockedSinceMs = 0;
        dropped = 0;
    }
}
