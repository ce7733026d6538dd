package io.hawser.server.protocol;

/**
 * One reply, push or ping, encoded; shared by all connections that it goes to. It is not a
 * transport frame: the codec's {@link Framing} says how messages become one. The bytes stand as
 * that framing wants them, so a Protobuf message for a bidirectional connection begins with its
 * length. Immutable by agreement: nobody writes into {@link #bytes()}. Thread-safe.
 */
public final class EncodedMessage {
    private final Encoding encoding;
    private final byte[] bytes;

    /** Wraps {@code bytes} without copying; the caller gives them away. */
    public EncodedMessage(Encoding encoding, byte[] bytes) {
        this.encoding = encoding;
        this.bytes = bytes;
    }

    public Encoding encoding() {
        return encoding;
    }

    /** The bytes themselves, not a copy; read only. */
    public byte[] bytes() {
        return bytes;
    }

    /** Length in bytes. */
    public int size() {
        return bytes.length;
    }
}
