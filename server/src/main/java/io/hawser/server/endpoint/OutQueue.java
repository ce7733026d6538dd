package io.hawser.server.endpoint;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Iterator;

/**
 * Frames that wait for one connection, the first of them perhaps half written. A connection has one
 * only while more than one frame waits. For one thread.
 */
final class OutQueue {
    private final ArrayDeque<Frame> frames = new ArrayDeque<>();
    private int bytes;

    /** Bytes of the first frame that are written already. */
    private int offset;

    void add(Frame frame) {
        frames.addLast(frame);
        bytes += frame.size();
    }

    /** Before all others, none of which has been begun. */
    void addFirst(Frame frame) {
        frames.addFirst(frame);
        bytes += frame.size();
    }

    /** The first {@code count} bytes of what waits are written. */
    void wrote(long count) {
        bytes -= (int) count;
        long left = offset + count;
        while (!frames.isEmpty() && left >= frames.getFirst().size()) {
            left -= frames.removeFirst().size();
        }
        offset = (int) left;
    }

    boolean isEmpty() {
        return frames.isEmpty();
    }

    /** Bytes not yet written. */
    int bytes() {
        return bytes;
    }

    /** Fills {@code buffers} with what comes next and returns how many it filled. */
    int gather(ByteBuffer[] buffers) {
        int count = 0;
        for (Iterator<Frame> i = frames.iterator(); i.hasNext() && count < buffers.length; ) {
            buffers[count] = i.next().from(count == 0 ? offset : 0);
            count++;
        }
        return count;
    }

    /** Makes what waits outlast the batch. */
    void keep() {
        frames.forEach(Frame::keep);
    }

    void clear() {
        frames.clear();
        bytes = 0;
        offset = 0;
    }
}
