package io.hawser.server.endpoint;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Direct memory for the frames of one batch, so that a socket is given bytes which the kernel can
 * read in place. For one thread.
 */
final class Arena {
    private static final int BYTES = 1 << 20;

    private final ByteBuffer all = ByteBuffer.allocateDirect(BYTES);
    private final List<Frame> frames = new ArrayList<>();

    /** Room for {@code size} bytes: on the heap if the arena is full, which is right but slower. */
    ByteBuffer take(int size) {
        if (size > all.remaining()) {
            return ByteBuffer.allocate(size);
        }
        ByteBuffer part = all.slice(all.position(), size);
        all.position(all.position() + size);
        return part;
    }

    /** The bytes, which were {@link #take}n here, as a frame. */
    Frame frame(ByteBuffer bytes) {
        Frame frame = Frame.borrowed(bytes);
        frames.add(frame);
        return frame;
    }

    /** Everything taken is void now, but for frames that somebody retained. */
    void endBatch() {
        frames.forEach(Frame::endBatch);
        frames.clear();
        all.clear();
    }
}
