package io.hawser.cli.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import tools.jackson.databind.json.JsonMapper;

/** JSON: a line for each message. */
final class JsonWire implements Wire {
    private static final JsonMapper JSON = new JsonMapper();
    private static final byte[] ID = "{\"id\":".getBytes(UTF_8);
    private static final byte[] ERROR = ",\"error\":{".getBytes(UTF_8);
    private static final byte[] CODE = "\"code\":".getBytes(UTF_8);
    private static final int ID_DIGITS = 10;

    @Override
    public String subprotocol() {
        return "";
    }

    @Override
    public boolean text() {
        return true;
    }

    @Override
    public byte[] connect(String token) {
        String request = token.isEmpty() ? "{}" : "{\"token\":" + quoted(token) + "}";
        return ("{\"id\":" + CONNECT_ID + ",\"connect\":" + request + "}").getBytes(UTF_8);
    }

    @Override
    public byte[] separator() {
        return new byte[] {'\n'};
    }

    @Override
    public byte[] subscribe(String channel) {
        return ("{\"id\":" + SUBSCRIBE_ID + ",\"subscribe\":{\"channel\":" + quoted(channel) + "}}")
                .getBytes(UTF_8);
    }

    @Override
    public byte[] publish(String channel, byte[] data) {
        String head = "{\"id\":" + FIRST_PUBLISH_ID + ",\"publish\":{\"channel\":";
        return (head + quoted(channel) + ",\"data\":" + new String(data, UTF_8) + "}}")
                .getBytes(UTF_8);
    }

    private static String quoted(String text) {
        return JSON.writeValueAsString(text);
    }

    @Override
    public void putPublishId(byte[] bytes, int at, int id) {
        int left = id;
        for (int i = at + ID.length + ID_DIGITS - 1; i >= at + ID.length; i--) {
            bytes[i] = (byte) ('0' + left % 10);
            left /= 10;
        }
    }

    @Override
    public byte[] pong() {
        return new byte[] {'{', '}'};
    }

    @Override
    public boolean isPing(byte[] bytes, int from, int to) {
        return to - from == 2 && bytes[from] == '{' && bytes[from + 1] == '}';
    }

    @Override
    public void split(byte[] bytes, int from, int to, Messages each) {
        int start = from;
        while (start < to) {
            int end = ByteScan.indexOf(bytes, start, to, (byte) '\n');
            if (end > start) {
                each.message(bytes, start, end);
            }
            start = end + 1;
        }
    }

    @Override
    public int replyId(byte[] bytes, int from, int to) {
        return ByteScan.startsWith(bytes, from, to, ID) ? number(bytes, from + ID.length, to) : 0;
    }

    @Override
    public int errorCode(byte[] bytes, int from, int to) {
        int error = ByteScan.indexOf(bytes, from, Math.min(to, from + 32), ERROR);
        int code = error < 0 ? -1 : ByteScan.indexOf(bytes, error, to, CODE);
        return code < 0 ? 0 : number(bytes, code + CODE.length, to);
    }

    private static int number(byte[] bytes, int from, int to) {
        int value = 0;
        for (int i = from; i < to && bytes[i] >= '0' && bytes[i] <= '9'; i++) {
            value = 10 * value + bytes[i] - '0';
        }
        return value;
    }
}
