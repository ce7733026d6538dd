package io.hawser.server.endpoint;

import java.nio.ByteBuffer;

/**
 * Bytes that leave together: one or more whole WebSocket frames, shared by all connections of an
 * I/O thread that get them. Its bytes lie in the thread's {@link Arena} while the batch lasts in
 * which it was made; for a connection that cannot take it at once it has to be {@link #keep kept}.
 * For one thread.
 */
final class Frame {
    private ByteBuffer bytes;
    private final int size;
    private boolean borrowed;

    private Frame(ByteBuffer bytes, boolean borrowed) {
        this.bytes = bytes;
        this.size = bytes.limit();
        this.borrowed = borrowed;
    }

    /** One that stays. */
    static Frame of(byte[] bytes) {
        return new Frame(ByteBuffer.wrap(bytes), false);
    }

    /**
     * @param bytes from 0 to its limit, valid until the arena is cleared
     */
    static Frame borrowed(ByteBuffer bytes) {
        return new Frame(bytes, true);
    }

    int size() {
        return size;
    }

    /** The bytes from {@code offset} on; the buffer is valid until the next call. */
    ByteBuffer from(int offset) {
        return bytes.limit(size).position(offset);
    }

    /** Makes it outlast its batch. */
    void keep() {
        if (borrowed) {
            borrowed = false;
            byte[] own = new byte[size];
            bytes.get(0, own);
            bytes = ByteBuffer.wrap(own);
        }
    }
}
