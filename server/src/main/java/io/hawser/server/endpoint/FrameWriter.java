package io.hawser.server.endpoint;

import io.hawser.server.protocol.EncodedMessage;
import io.hawser.server.protocol.Framing;
import io.hawser.server.websocket.Frames;

import java.nio.ByteBuffer;
import java.util.List;

/** Joins messages into as few WebSocket frames as their framing allows. For one thread. */
final class FrameWriter {
    /** A frame is ended once it holds this many bytes of messages. */
    private static final int FRAME_BYTES = 64 * 1024;

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
