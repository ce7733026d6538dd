package io.hawser.grid.bus;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing array of bytes, big-endian. Not thread-safe. */
final class BusWriter {
    private ByteBuffer buffer;

    BusWriter(int expectedBytes) {
        buffer = ByteBuffer.allocate(expectedBytes);
    }

    BusWriter putByte(byte value) {
        room(1).put(value);
        return this;
    }

    BusWriter putShort(short value) {
        room(2).putShort(value);
        return this;
    }

    BusWriter putLong(long value) {
        room(8).putLong(value);
        return this;
    }

    BusWriter putRaw(byte[] bytes) {
        room(bytes.length).put(bytes);
        return this;
    }

    /** With its length in front. */
    BusWriter putSized(byte[] bytes) {
        room(4 + bytes.length).putInt(bytes.length).put(bytes);
        return this;
    }

    BusWriter putText(String text) {
        return putSized(text.getBytes(StandardCharsets.UTF_8));
    }

    /** What was put; if it is as long as expected, not a copy. The writer is done with. */
    byte[] toBytes() {
        byte[] bytes = buffer.array();
        return buffer.hasRemaining() ? Arrays.copyOf(bytes, buffer.position()) : bytes;
    }

    private ByteBuffer room(int bytes) {
        if (buffer.remaining() < bytes) {
            int size = Math.max(buffer.capacity() * 2, buffer.position() + bytes);
            buffer = ByteBuffer.allocate(size).put(buffer.flip());
        }
        return buffer;
    }
}
