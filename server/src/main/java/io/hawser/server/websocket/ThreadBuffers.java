package io.hawser.server.websocket;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;

/** What all sockets of an I/O thread read with: one buffer, one frame reader. For its thread. */
final class ThreadBuffers {
    private static final ThreadLocal<ThreadBuffers> CURRENT =
            ThreadLocal.withInitial(ThreadBuffers::new);

    private final ByteBuffer receive = ByteBuffer.allocateDirect(ReadTurns.SHARE_BYTES);
    private final ReadTurns turns = new ReadTurns();
    private @Nullable FrameReader reader;

    private ThreadBuffers() {}

    static ThreadBuffers current() {
        return CURRENT.get();
    }

    /** For one read at a time, empty and so long. */
    ByteBuffer receive(int bytes) {
        return receive.clear().limit(bytes);
    }

    /** Who is read when. */
    ReadTurns turns() {
        return turns;
    }

    /** A reader with nothing in it. */
    FrameReader frameReader(int maxMessageBytes) {
        FrameReader current = reader;
        if (current == null || current.maxMessageBytes() != maxMessageBytes) {
            current = new FrameReader(maxMessageBytes);
            reader = current;
        }
        return current;
    }

    /** That reader has something in it now: others get a new one. */
    void forget(FrameReader used) {
        if (reader == used) {
            reader = null;
        }
    }
}
