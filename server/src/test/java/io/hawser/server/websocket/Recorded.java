package io.hawser.server.websocket;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** What a reader told of, one line an event; a violation is the last one. Not thread-safe. */
final class Recorded implements FrameReader.Events {
    private final List<String> lines = new ArrayList<>();

    /** What {@code reader} tells of the pieces. */
    static List<String> by(FrameReader reader, List<byte[]> pieces) {
        var recorded = new Recorded();
        try {
            for (byte[] piece : pieces) {
                reader.read(ByteBuffer.wrap(piece), recorded);
            }
        } catch (FrameException e) {
            recorded.lines.add(violation(e.code()));
        }
        return recorded.lines;
    }

    static String violation(int code) {
        return "violation " + code;
    }

    static String data(String kind, byte[] data) {
        return kind + " " + data.length + " " + hash(data);
    }

    private static String hash(byte[] data) {
        return data.length <= 64
                ? HexFormat.of().formatHex(data)
                : Integer.toHexString(java.util.Arrays.hashCode(data));
    }

    static String closed(int code, String reason) {
        return "close " + code + " " + reason;
    }

    static String text(String text) {
        return data("text", text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void text(byte[] message) {
        lines.add(data("text", message));
    }

    @Override
    public void binary(byte[] message) {
        lines.add(data("binary", message));
    }

    @Override
    public void ping(byte[] data) {
        lines.add(data("ping", data));
    }

    @Override
    public void pong(byte[] data) {
        lines.add(data("pong", data));
    }

    @Override
    public void close(int code, String reason) {
        lines.add(closed(code, reason));
    }
}
