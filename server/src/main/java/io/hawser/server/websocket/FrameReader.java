package io.hawser.server.websocket;

import com.google.protobuf.UnsafeByteOperations;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads the frames that a client sends (RFC 6455, section 5), from whatever pieces they arrive in.
 * Memory follows the bytes that have come, never a length that was only declared. For one thread.
 */
final class FrameReader {
    /** What the frames say. An unfinished message is not told of. */
    interface Events {
        /** A whole text message, valid UTF-8. */
        void text(byte[] message);

        /** A whole binary message. */
        void binary(byte[] message);

        void ping(byte[] data);

        void pong(byte[] data);

        /**
         * A close frame: nothing after it is read.
         *
         * @param code 1005 if it had none
         */
        void close(int code, String reason);
    }

    private static final int CONTINUATION = 0;
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;

    private static final int FIN = 0x80;
    private static final int RESERVED = 0x70;
    private static final int MASKED = 0x80;
    private static final int MAX_HEAD_BYTES = 14;
    private static final int MAX_CONTROL_BYTES = 125;
    private static final int NO_CODE = 1005;

    /** First allocation for a payload of which only a part has come. */
    private static final int FIRST_BYTES = 512;

    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final int maxMessageBytes;

    // The frame being read
    private final byte[] head = new byte[MAX_HEAD_BYTES];
    private int headLength;
    private boolean inPayload;
    private int payloadLength;
    private byte[] payload = NONE;
    private int filled;

    // The message being put together from several frames; 0 for none
    private int messageOpcode;
    private @Nullable ByteArrayOutputStream message;

    private boolean ended;

    private static final byte[] NONE = {};

    /**
     * @param maxMessageBytes larger messages are refused with 1009
     */
    FrameReader(int maxMessageBytes) {
        this.maxMessageBytes = maxMessageBytes;
    }

    int maxMessageBytes() {
        return maxMessageBytes;
    }

    /** True if nothing of an unfinished frame or message is kept here. */
    boolean isIdle() {
        return headLength == 0 && messageOpcode == 0 && !ended;
    }

    /** Reads all that is there. */
    void read(ByteBuffer in, Events events) throws FrameException {
        while (in.hasRemaining() && !ended) {
            if (!inPayload && !readHead(in)) {
                return;
            }
            if (!readPayload(in)) {
                return;
            }
            frame(events);
        }
    }

    private boolean readHead(ByteBuffer in) throws FrameException {
        while (in.hasRemaining()) {
            head[headLength++] = in.get();
            if (headLength == 2) {
                checkStart(); // at once: a small frame without a mask would never fill the head
            }
            if (headLength > 2 && headLength == headSize()) {
                startPayload();
                return true;
            }
        }
        return false;
    }

    private int headSize() {
        return switch (head[1] & 0x7f) {
            case 126 -> 8;
            case 127 -> 14;
            default -> 6;
        };
    }

    /** Everything that the first two bytes tell. */
    private void checkStart() throws FrameException {
        check((head[0] & RESERVED) == 0, "a reserved bit is set");
        check((head[1] & MASKED) != 0, "a client must mask its frames");
        switch (head[0] & 0x0f) {
            case CONTINUATION -> check(messageOpcode != 0, "a continuation of nothing");
            case TEXT, BINARY -> check(messageOpcode == 0, "a message within a message");
            case CLOSE, PING, PONG -> {
                check((head[0] & FIN) != 0, "a control frame in parts");
                check((head[1] & 0x7f) <= MAX_CONTROL_BYTES, "a control frame above 125 bytes");
            }
            default -> throw violation("an unknown opcode");
        }
    }

    private void startPayload() throws FrameException {
        int opcode = head[0] & 0x0f;
        long length = declaredLength();
        check(length >= 0, "a length above 63 bits");
        int before = opcode == CONTINUATION && message != null ? message.size() : 0;
        if (length > maxMessageBytes - before) {
            throw new FrameException(FrameException.TOO_BIG, "message too large");
        }
        payloadLength = (int) length;
        filled = 0;
        inPayload = true;
        payload = NONE;
    }

    private long declaredLength() {
        int size = headSize();
        if (size == 6) {
            return head[1] & 0x7f;
        }
        long length = 0;
        for (int i = 2; i < size - 4; i++) {
            length = length << 8 | (head[i] & 0xff);
        }
        return length;
    }

    private boolean readPayload(ByteBuffer in) {
        int count = Math.min(in.remaining(), payloadLength - filled);
        int needed = filled + count;
        if (payload.length < needed) {
            payload = Arrays.copyOf(payload, capacity(needed));
        }
        in.get(payload, filled, count);
        filled = needed;
        return filled == payloadLength;
    }

    private int capacity(int needed) {
        return needed == payloadLength
                ? needed
                : (int) Math.min(payloadLength, Math.max(FIRST_BYTES, 2L * needed));
    }

    private void frame(Events events) throws FrameException {
        int opcode = head[0] & 0x0f;
        boolean last = (head[0] & FIN) != 0;
        byte[] data =
                payload.length == payloadLength ? payload : Arrays.copyOf(payload, payloadLength);
        unmask(data);
        headLength = 0;
        inPayload = false;
        payload = NONE;
        switch (opcode) {
            case PING -> events.ping(data);
            case PONG -> events.pong(data);
            case CLOSE -> close(data, events);
            default -> part(opcode, data, last, events);
        }
    }

    private void unmask(byte[] data) {
        int at = headLength - 4;
        long mask =
                (head[at] & 0xffL) << 24
                        | (head[at + 1] & 0xffL) << 16
                        | (head[at + 2] & 0xffL) << 8
                        | (head[at + 3] & 0xffL);
        long twice = mask << 32 | mask;
        int i = 0;
        for (; i <= data.length - 8; i += 8) {
            LONGS.set(data, i, (long) LONGS.get(data, i) ^ twice);
        }
        for (; i < data.length; i++) {
            data[i] ^= head[at + (i & 3)];
        }
    }

    private void part(int opcode, byte[] data, boolean last, Events events) throws FrameException {
        if (opcode != CONTINUATION && last) {
            whole(opcode, data, events);
            return;
        }
        if (opcode != CONTINUATION) {
            messageOpcode = opcode;
            message = new ByteArrayOutputStream(2 * data.length);
        }
        if (message == null) {
            throw violation("a continuation of nothing");
        }
        message.writeBytes(data);
        if (last) {
            int begun = messageOpcode;
            byte[] all = message.toByteArray();
            messageOpcode = 0;
            message = null;
            whole(begun, all, events);
        }
    }

    private static void whole(int opcode, byte[] data, Events events) throws FrameException {
        if (opcode == BINARY) {
            events.binary(data);
        } else {
            checkUtf8(data);
            events.text(data);
        }
    }

    private static void checkUtf8(byte[] data) throws FrameException {
        if (!UnsafeByteOperations.unsafeWrap(data).isValidUtf8()) {
            throw new FrameException(FrameException.INVALID_DATA, "text that is not UTF-8");
        }
    }

    private void close(byte[] data, Events events) throws FrameException {
        ended = true;
        if (data.length == 0) {
            events.close(NO_CODE, "");
            return;
        }
        check(data.length >= 2, "a close frame of one byte");
        int code = (data[0] & 0xff) << 8 | (data[1] & 0xff);
        check(mayBeSent(code), "a close code that must not be sent");
        byte[] reason = Arrays.copyOfRange(data, 2, data.length);
        checkUtf8(reason);
        events.close(code, new String(reason, StandardCharsets.UTF_8));
    }

    /** RFC 6455, 7.4, and the registry it founded. */
    static boolean mayBeSent(int code) {
        return code >= 3000 ? code < 5000 : code >= 1000 && code <= 1014 && !isInternal(code);
    }

    private static boolean isInternal(int code) {
        return code == 1004 || code == 1005 || code == 1006;
    }

    private static void check(boolean right, String otherwise) throws FrameException {
        if (!right) {
            throw violation(otherwise);
        }
    }

    private static FrameException violation(String what) {
        return new FrameException(FrameException.PROTOCOL_ERROR, what);
    }
}
