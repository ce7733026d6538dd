package io.hawser.cli.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;

/** Protobuf: each message behind its length. */
final class ProtobufWire implements Wire {
    private static final int ID_TAG = 1 << 3;
    private static final int ERROR_TAG = 2 << 3 | 2;
    private static final int CODE_TAG = 1 << 3;
    private static final int CONNECT_TAG = 4 << 3 | 2;
    private static final int SUBSCRIBE_TAG = 5 << 3 | 2;
    private static final int PUBLISH_TAG = 7 << 3 | 2;
    private static final int FIRST_TAG = 1 << 3 | 2;
    private static final int SECOND_TAG = 2 << 3 | 2;
    private static final byte[] NOTHING = {};

    @Override
    public String subprotocol() {
        return "centrifuge-protobuf";
    }

    @Override
    public boolean text() {
        return false;
    }

    @Override
    public byte[] connect(String token) {
        byte[] request = token.isEmpty() ? NOTHING : field(FIRST_TAG, token.getBytes(UTF_8));
        return command(CONNECT_ID, CONNECT_TAG, request);
    }

    @Override
    public byte[] separator() {
        return NOTHING;
    }

    @Override
    public byte[] subscribe(String channel) {
        return command(SUBSCRIBE_ID, SUBSCRIBE_TAG, field(FIRST_TAG, channel.getBytes(UTF_8)));
    }

    @Override
    public byte[] publish(String channel, byte[] data) {
        var request = new ByteArrayOutputStream();
        request.writeBytes(field(FIRST_TAG, channel.getBytes(UTF_8)));
        request.writeBytes(field(SECOND_TAG, data));
        return command(FIRST_PUBLISH_ID, PUBLISH_TAG, request.toByteArray());
    }

    private static byte[] command(int id, int tag, byte[] request) {
        var body = new ByteArrayOutputStream();
        body.write(ID_TAG);
        varint(body, id);
        body.writeBytes(field(tag, request));
        var command = new ByteArrayOutputStream();
        varint(command, body.size());
        command.writeBytes(body.toByteArray());
        return command.toByteArray();
    }

    private static byte[] field(int tag, byte[] value) {
        var field = new ByteArrayOutputStream();
        field.write(tag);
        varint(field, value.length);
        field.writeBytes(value);
        return field.toByteArray();
    }

    private static void varint(ByteArrayOutputStream out, int value) {
        int left = value;
        while (left > 0x7f) {
            out.write((left & 0x7f) | 0x80);
            left >>>= 7;
        }
        out.write(left);
    }

    @Override
    public void putPublishId(byte[] bytes, int at, int id) {
        int start = at;
        while (bytes[start] < 0) {
            start++;
        }
        int left = id;
        // Behind the end of the length and the tag.
        for (int i = start + 2; i < start + 6; i++) {
            bytes[i] = (byte) ((left & 0x7f) | 0x80);
            left >>>= 7;
        }
        bytes[start + 6] = (byte) left;
    }

    @Override
    public byte[] pong() {
        return new byte[] {0};
    }

    @Override
    public boolean isPing(byte[] bytes, int from, int to) {
        return from == to;
    }

    @Override
    public void split(byte[] bytes, int from, int to, Messages each) {
        int at = from;
        while (at < to) {
            int length = varint(bytes, at, to);
            int start = afterVarint(bytes, at, to);
            if (length < 0 || length > to - start) {
                throw new BadMessageException("a message longer than its frame");
            }
            at = start + length;
            each.message(bytes, start, at);
        }
    }

    @Override
    public int replyId(byte[] bytes, int from, int to) {
        return from < to && bytes[from] == ID_TAG ? varint(bytes, from + 1, to) : 0;
    }

    @Override
    public int errorCode(byte[] bytes, int from, int to) {
        int at = afterVarint(bytes, from + 1, to);
        if (at >= to || bytes[at] != ERROR_TAG) {
            return 0;
        }
        int error = afterVarint(bytes, at + 1, to);
        return error < to && bytes[error] == CODE_TAG ? varint(bytes, error + 1, to) : 0;
    }

    private static int varint(byte[] bytes, int from, int to) {
        int value = 0;
        for (int i = from, shift = 0; i < to && shift < Integer.SIZE; i++, shift += 7) {
            value |= (bytes[i] & 0x7f) << shift;
            if (bytes[i] >= 0) {
                return value;
            }
        }
        throw new BadMessageException("a number without an end");
    }

    private static int afterVarint(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && bytes[at] < 0) {
            at++;
        }
        return at + 1;
    }
}
