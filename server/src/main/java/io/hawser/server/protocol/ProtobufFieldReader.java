package io.hawser.server.protocol;

import com.google.protobuf.CodedInputStream;

import io.hawser.grid.pubsub.Payload;

import java.io.IOException;
import java.util.Map;

/**
 * Reads messages field by field. A known field on the wire type of another kind of value is an
 * error, not an unknown field. Exceptions of the stream (IOException) mean bad input. For one
 * thread.
 */
final class ProtobufFieldReader {
    /** Reads one value, from where the reader stands to its end. */
    interface Value<T> {
        T read() throws IOException, BadFrameException;
    }

    private final CodedInputStream in;
    private final int size;
    private int tag;

    ProtobufFieldReader(byte[] source) {
        this.in = CodedInputStream.newInstance(source);
        this.size = source.length;
    }

    boolean atEnd() throws IOException {
        return in.isAtEnd();
    }

    /** Moves to the next field and returns its number; 0 at the end of the message. */
    int nextField() throws IOException {
        tag = in.readTag();
        return ProtobufTag.field(tag);
    }

    void skip() throws IOException, BadFrameException {
        if (!in.skipField(tag)) {
            throw new BadFrameException("the end of a group that was not begun");
        }
    }

    String text() throws IOException, BadFrameException {
        requireType(ProtobufTag.LENGTH_DELIMITED);
        return in.readStringRequireUtf8();
    }

    Payload bytes() throws IOException, BadFrameException {
        requireType(ProtobufTag.LENGTH_DELIMITED);
        return Payload.of(in.readByteArray());
    }

    boolean bool() throws IOException, BadFrameException {
        requireType(ProtobufTag.VARINT);
        return in.readBool();
    }

    /** An int32 or uint32. */
    int int32() throws IOException, BadFrameException {
        requireType(ProtobufTag.VARINT);
        return in.readInt32();
    }

    long int64() throws IOException, BadFrameException {
        requireType(ProtobufTag.VARINT);
        return in.readInt64();
    }

    /** A uint64; above the range of long it is read as {@link Long#MAX_VALUE}. */
    long uint64() throws IOException, BadFrameException {
        long value = int64();
        return value < 0 ? Long.MAX_VALUE : value;
    }

    /** A field that is a message, which {@code body} reads. */
    <T> T message(Value<T> body) throws IOException, BadFrameException {
        requireType(ProtobufTag.LENGTH_DELIMITED);
        return delimited(body);
    }

    /** A message behind its length, which {@code body} reads to its end. */
    <T> T delimited(Value<T> body) throws IOException, BadFrameException {
        long length = in.readRawVarint64();
        // The stream itself notices a length beyond the outer message, but not beyond its own end.
        if (length < 0 || length > size - in.getTotalBytesRead()) {
            throw new BadFrameException("a length beyond the frame");
        }
        int outer = in.pushLimit((int) length);
        T message = body.read();
        in.popLimit(outer);
        return message;
    }

    /** A map entry; as in any message its fields may come in any order and be left out. */
    <T> void entry(Map<String, T> map, T absent, Value<T> value)
            throws IOException, BadFrameException {
        message(
                () -> {
                    String key = "";
                    T entry = absent;
                    for (int field = nextField(); field != 0; field = nextField()) {
                        switch (field) {
                            case 1 -> key = text();
                            case 2 -> entry = value.read();
                            default -> skip();
                        }
                    }
                    return map.put(key, entry);
                });
    }

    private void requireType(int type) throws BadFrameException {
        if (ProtobufTag.wireType(tag) != type) {
            throw new BadFrameException("a field of a wrong type");
        }
    }
}
