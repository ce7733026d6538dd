package io.hawser.server.websocket;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The frames that a server sends: never masked, never in parts (RFC 6455, 5.2). Thread-safe. */
public final class Frames {
    /** Longest head of a server's frame, in bytes. */
    public static final int MAX_HEAD_BYTES = 10;

    private static final int FINAL_TEXT = 0x81;
    private static final int FINAL_BINARY = 0x82;
    private static final int CLOSE = 0x88;
    private static final int PING = 0x89;
    private static final int PONG = 0x8a;

    /** Longest payload of a control frame. */
    private static final int MAX_CONTROL_BYTES = 125;

    /** Longest reason of a close frame, in bytes. */
    private static final int MAX_REASON_BYTES = 123;

    private Frames() {}

    /** Bytes of the head of a data frame. */
    public static int headBytes(int payloadBytes) {
        if (payloadBytes < 126) {
            return 2;
        }
        return payloadBytes <= 0xffff ? 4 : MAX_HEAD_BYTES;
    }

    /** Writes the head of a whole data message, which its payload has to follow. */
    public static void putHead(ByteBuffer out, boolean text, int payloadBytes) {
        out.put((byte) (text ? FINAL_TEXT : FINAL_BINARY));
        if (payloadBytes < 126) {
            out.put((byte) payloadBytes);
        } else if (payloadBytes <= 0xffff) {
            out.put((byte) 126).putShort((short) payloadBytes);
        } else {
            out.put((byte) 127).putLong(payloadBytes);
        }
    }

    /** A close frame; a reason that is too long is cut. */
    public static byte[] close(int code, String reason) {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(text.length, MAX_REASON_BYTES);
        while (length < text.length && length > 0 && (text[length] & 0xc0) == 0x80) {
            length--; // not through the middle of a character
        }
        return ByteBuffer.allocate(4 + length)
                .put((byte) CLOSE)
                .put((byte) (2 + length))
                .putShort((short) code)
                .put(text, 0, length)
                .array();
    }

    /** A close frame without a code. */
    static byte[] emptyClose() {
        return control(CLOSE, new byte[0]);
    }

    /** A whole data message. */
    static byte[] message(boolean text, ByteBuffer payload) {
        int length = payload.remaining();
        ByteBuffer frame = ByteBuffer.allocate(headBytes(length) + length);
        putHead(frame, text, length);
        return frame.put(payload).array();
    }

    /**
     * A ping frame.
     *
     * @throws IllegalArgumentException if there are more than 125 bytes
     */
    public static byte[] ping(byte[] data) {
        return control(PING, data);
    }

    static byte[] pong(byte[] data) {
        return control(PONG, data);
    }

    private static byte[] control(int head, byte[] data) {
        if (data.length > MAX_CONTROL_BYTES) {
            throw new IllegalArgumentException(
                    "a control frame holds 125 bytes at most, not " + data.length);
        }
        return ByteBuffer.allocate(2 + data.length)
                .put((byte) head)
                .put((byte) data.length)
                .put(data)
                .array();
    }
}
