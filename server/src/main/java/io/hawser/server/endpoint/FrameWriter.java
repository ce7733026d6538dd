package io.hawser.server.endpoint;

import io.hawser.server.protocol.EncodedMessage;
import io.hawser.server.protocol.Framing;
import io.hawser.server.websocket.Frames;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Packs messages as a connection wants them: into as few WebSocket frames as their framing allows,
 * or into a stream. For one thread.
 */
final class FrameWriter {
    /** A frame is ended once it holds this many bytes of messages. */
    private static final int FRAME_BYTES = 64 * 1024;

    private static final byte[] EVENT_START = "data: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] EVENT_END = "\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LINE_END = {'\n'};
    private static final byte[] NOTHING = {};

    private final Arena arena;

    FrameWriter(Arena arena) {
        this.arena = arena;
    }

    /** All the messages, which are not empty, in their order. */
    Frame write(WireForm form, List<EncodedMessage> messages) {
        return write(form, messages, Integer.MAX_VALUE);
    }

    /**
     * As {@link #write(WireForm, List)}.
     *
     * @param maxMessages messages that share a WebSocket frame at most
     */
    Frame write(WireForm form, List<EncodedMessage> messages, int maxMessages) {
        return switch (form.packing()) {
            case FRAMES -> writeFrames(form, messages, maxMessages);
            case EVENTS -> writeStream(EVENT_START, EVENT_END, messages);
            case STREAM ->
                    writeStream(
                            NOTHING, form.codec().encoding().text() ? LINE_END : NOTHING, messages);
        };
    }

    private Frame writeStream(byte[] before, byte[] after, List<EncodedMessage> messages) {
        int size = (before.length + after.length) * messages.size();
        for (EncodedMessage message : messages) {
            size += message.size();
        }
        ByteBuffer out = arena.take(size);
        for (EncodedMessage message : messages) {
            out.put(before).put(message.bytes()).put(after);
        }
        return arena.frame(out.flip());
    }

    private Frame writeFrames(WireForm form, List<EncodedMessage> messages, int maxMessages) {
        Framing framing = form.framing();
        boolean text = form.codec().encoding().text();
        ByteBuffer out = arena.take(size(framing, messages, maxMessages));
        int next = 0;
        while (next < messages.size()) {
            int end = endOfFrame(framing, messages, next, maxMessages);
            writeFrame(out, framing, text, messages.subList(next, end));
            next = end;
        }
        Frame frame = arena.frame(out.flip());
        if (messages.size() == 1) {
            frame.single();
        }
        return frame;
    }

    private static void writeFrame(
            ByteBuffer out, Framing framing, boolean text, List<EncodedMessage> messages) {
        Frames.putHead(out, text, payloadBytes(framing, messages));
        for (int i = 0; i < messages.size(); i++) {
            if (i > 0 && framing.separatorBytes() > 0) {
                out.put((byte) '\n');
            }
            out.put(messages.get(i).bytes());
        }
    }

    private static int size(Framing framing, List<EncodedMessage> messages, int maxMessages) {
        int size = 0;
        int next = 0;
        while (next < messages.size()) {
            int end = endOfFrame(framing, messages, next, maxMessages);
            int payload = payloadBytes(framing, messages.subList(next, end));
            size += Frames.headBytes(payload) + payload;
            next = end;
        }
        return size;
    }

    private static int endOfFrame(
            Framing framing, List<EncodedMessage> messages, int first, int maxMessages) {
        int end = first + 1;
        int bytes = messages.get(first).size();
        int limit = framing.joins() ? Math.min(messages.size() - first, maxMessages) : 1;
        while (end - first < limit && bytes < FRAME_BYTES) {
            bytes += messages.get(end).size();
            end++;
        }
        return end;
    }

    private static int payloadBytes(Framing framing, List<EncodedMessage> messages) {
        int bytes = framing.separatorBytes() * (messages.size() - 1);
        for (EncodedMessage message : messages) {
            bytes += message.size();
        }
        return bytes;
    }
}
