package io.hawser.cli.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;

/** MessagePack: a map for each message, one behind the other. */
final class MsgpackWire implements Wire {
    private static final byte[] ID = {(byte) 0xa2, 'i', 'd'};
    private static final byte[] ERROR = {(byte) 0xa5, 'e', 'r', 'r', 'o', 'r'};
    private static final byte[] CODE = {(byte) 0xa4, 'c', 'o', 'd', 'e'};
    private static final int EMPTY_MAP = 0x80;
    private static final int MAP_OF_ONE = 0x81;
    private static final int MAP_OF_TWO = 0x82;
    private static final int BIN_16 = 0xc5;
    private static final int BIN_32 = 0xc6;
    private static final int UINT_32 = 0xce;
    private static final int STR_16 = 0xda;

    @Override
    public String subprotocol() {
        return "hawser-msgpack";
    }

    @Override
    public boolean text() {
        return false;
    }

    @Override
    public byte[] connect(String token) {
        ByteArrayOutputStream out = command("connect", CONNECT_ID);
        if (token.isEmpty()) {
            out.write(EMPTY_MAP);
        } else {
            out.write(MAP_OF_ONE);
            string(out, "token");
            string(out, token);
        }
        return out.toByteArray();
    }

    @Override
    public byte[] separator() {
        return new byte[0];
    }

    @Override
    public byte[] subscribe(String channel) {
        ByteArrayOutputStream out = command("subscribe", SUBSCRIBE_ID);
        out.write(MAP_OF_ONE);
        string(out, "channel");
        string(out, channel);
        return out.toByteArray();
    }

    @Override
    public byte[] publish(String channel, byte[] data) {
        ByteArrayOutputStream out = command("publish", FIRST_PUBLISH_ID);
        out.write(MAP_OF_TWO);
        string(out, "channel");
        string(out, channel);
        string(out, "data");
        boolean small = data.length < 1 << 16;
        out.write(small ? BIN_16 : BIN_32);
        bigEndian(out, data.length, small ? 2 : 4);
        out.writeBytes(data);
        return out.toByteArray();
    }

    private static ByteArrayOutputStream command(String name, int id) {
        var out = new ByteArrayOutputStream();
        out.write(MAP_OF_TWO);
        out.writeBytes(ID);
        out.write(UINT_32);
        bigEndian(out, id, 4);
        string(out, name);
        return out;
    }

    private static void string(ByteArrayOutputStream out, String text) {
        byte[] bytes = text.getBytes(UTF_8);
        if (bytes.length < 32) {
            out.write(0xa0 | bytes.length);
        } else {
            out.write(STR_16);
            bigEndian(out, bytes.length, 2);
        }
        out.writeBytes(bytes);
    }

    private static void bigEndian(ByteArrayOutputStream out, int value, int bytes) {
        for (int i = bytes - 1; i >= 0; i--) {
            out.write(value >>> (Byte.SIZE * i));
        }
    }

    @Override
    public void putPublishId(byte[] bytes, int at, int id) {
        int start = at + 1 + ID.length + 1;
        for (int i = 0; i < 4; i++) {
            bytes[start + i] = (byte) (id >>> (Byte.SIZE * (3 - i)));
        }
    }

    @Override
    public byte[] pong() {
        return new byte[] {(byte) EMPTY_MAP};
    }

    @Override
    public boolean isPing(byte[] bytes, int from, int to) {
        return to - from == 1 && (bytes[from] & 0xff) == EMPTY_MAP;
    }

    @Override
    public void split(byte[] bytes, int from, int to, Messages each) {
        int at = from;
        while (at < to) {
            int end = MsgpackLength.skip(bytes, at, to);
            each.message(bytes, at, end);
            at = end;
        }
    }

    @Override
    public int replyId(byte[] bytes, int from, int to) {
        int at = from + 1;
        return ByteScan.startsWith(bytes, at, to, ID)
                ? MsgpackLength.integer(bytes, at + ID.length, to)
                : 0;
    }

    @Override
    public int errorCode(byte[] bytes, int from, int to) {
        int at = MsgpackLength.skip(bytes, from + 1 + ID.length, to);
        if (!ByteScan.startsWith(bytes, at, to, ERROR)) {
            return 0;
        }
        int code = ByteScan.indexOf(bytes, at, to, CODE);
        return code < 0 ? 0 : MsgpackLength.integer(bytes, code + CODE.length, to);
    }
}
