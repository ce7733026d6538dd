package io.hawser.server.websocket;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Frames as a client sends them, the wrong ones too. Not thread-safe. */
final class ClientFrames {
    static final int FIN = 0x80;
    static final int CONTINUATION = 0;
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    private static final byte[] MASK = {0x37, (byte) 0xfa, 0x21, (byte) 0x3d};

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** A whole message in one frame. */
    ClientFrames text(String text) {
        return frame(FIN | TEXT, utf8(text));
    }

    ClientFrames frame(int first, byte[] payload) {
        return frame(first, payload, MASK);
    }

    ClientFrames frame(int first, byte[] payload, byte[] mask) {
        head(first, payload.length);
        bytes.writeBytes(mask);
        for (int i = 0; i < payload.length; i++) {
            bytes.write(payload[i] ^ mask[i % 4]);
        }
        return this;
    }

    /** The head as far as the mask, which does not follow. */
    ClientFrames head(int first, long length) {
        bytes.write(first);
        if (length >= 0 && length < 126) {
            bytes.write(0x80 | (int) length);
        } else if (length >= 0 && length < 65_536) {
            bytes.write(0x80 | 126);
            bytes.writeBytes(ByteBuffer.allocate(2).putShort((short) length).array());
        } else {
            bytes.write(0x80 | 127);
            bytes.writeBytes(ByteBuffer.allocate(8).putLong(length).array());
        }
        return this;
    }

    ClientFrames close(int code, byte[] reason) {
        return frame(
                FIN | CLOSE,
                ByteBuffer.allocate(2 + reason.length).putShort((short) code).put(reason).array());
    }

    ClientFrames raw(int... values) {
        for (int value : values) {
            bytes.write(value);
        }
        return this;
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
