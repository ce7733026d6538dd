package io.hawser.server.protocol;

import java.util.List;

/** How messages of one codec share a transport frame. Thread-safe. */
public enum Framing {
    /** A line feed between messages. */
    LINES(1),
    /** One behind the other: each message tells its own length. */
    CONCATENATED(0),
    /** One message a frame. */
    SINGLE(0);

    private final int separatorBytes;

    Framing(int separatorBytes) {
        this.separatorBytes = separatorBytes;
    }

    /** Whether a frame may hold several messages. */
    public boolean joins() {
        return this != SINGLE;
    }

    /** Bytes between two messages: 0, or 1, which is then a line feed. */
    public int separatorBytes() {
        return separatorBytes;
    }

    /**
     * The payload of one frame that holds {@code messages} in their order. A single message's own
     * bytes are returned, not a copy: read only.
     *
     * @throws IllegalArgumentException if there is no message, or several and this does not join
     */
    public byte[] join(List<EncodedMessage> messages) {
        if (messages.size() == 1) {
            return messages.getFirst().bytes();
        }
        if (messages.isEmpty() || !joins()) {
            throw new IllegalArgumentException(messages.size() + " messages in one frame");
        }
        return concatenate(messages);
    }

    private byte[] concatenate(List<EncodedMessage> messages) {
        int size = separatorBytes * (messages.size() - 1);
        for (EncodedMessage message : messages) {
            size += message.size();
        }
        byte[] frame = new byte[size];
        int at = 0;
        for (EncodedMessage message : messages) {
            if (at > 0 && separatorBytes > 0) {
                frame[at++] = '\n';
            }
            System.arraycopy(message.bytes(), 0, frame, at, message.size());
            at += message.size();
        }
        return frame;
    }
}
