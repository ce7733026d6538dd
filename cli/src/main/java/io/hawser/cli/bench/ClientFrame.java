package io.hawser.cli.bench;

import java.util.Arrays;

/**
 * WebSocket frames (RFC 6455) as a client sends them. The mask is zero: it protects proxies from
 * scripts in browsers, and the node unmasks it all the same. Stateless.
 */
final class ClientFrame {
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    private static final int FINAL = 0x80;
    private static final int MASKED = 0x80;
    private static final int MASK_BYTES = 4;

    private ClientFrame() {}

    static byte[] of(int opcode, byte[] payload) {
        int head = headBytes(payload.length);
        byte[] frame = new byte[head + payload.length];
        frame[0] = (byte) (FINAL | opcode);
        int lengthBytes = head - 2 - MASK_BYTES;
        int shortLength = lengthBytes == 0 ? payload.length : lengthBytes == 2 ? 126 : 127;
        frame[1] = (byte) (MASKED | shortLength);
        for (int i = 0; i < Math.min(lengthBytes, Integer.BYTES); i++) {
            frame[1 + lengthBytes - i] = (byte) (payload.length >>> (Byte.SIZE * i));
        }
        System.arraycopy(payload, 0, frame, head, payload.length);
        return frame;
    }

    /** The bytes before the payload. */
    static int headBytes(int payload) {
        return MASK_BYTES + (payload < 126 ? 2 : payload < 1 << 16 ? 4 : 10);
    }

    static byte[] join(byte[]... parts) {
        byte[] all = new byte[Arrays.stream(parts).mapToInt(part -> part.length).sum()];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }
}
