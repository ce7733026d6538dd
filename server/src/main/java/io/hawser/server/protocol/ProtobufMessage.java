package io.hawser.server.protocol;

import com.google.protobuf.CodedOutputStream;

import io.hawser.grid.pubsub.Payload;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The fields of one Protobuf message on their way out, and how many bytes they will take. Fields
 * that are zero are left out. The methods that add a field return this message. For one thread.
 */
final class ProtobufMessage {
    private interface Field {
        void writeTo(CodedOutputStream out) throws IOException;
    }

    private final List<Field> fields = new ArrayList<>(4);
    private int size;

    ProtobufMessage text(int number, String value) {
        if (value.isEmpty()) {
            return this;
        }
        String text = WellFormed.of(value);
        return add(
                CodedOutputStream.computeStringSize(number, text),
                out -> out.writeString(number, text));
    }

    ProtobufMessage bytes(int number, Payload value) {
        byte[] bytes = value.bytes();
        return value.isEmpty()
                ? this
                : add(
                        CodedOutputStream.computeByteArraySize(number, bytes),
                        out -> out.writeByteArray(number, bytes));
    }

    ProtobufMessage flag(int number, boolean value) {
        return value
                ? add(
                        CodedOutputStream.computeBoolSize(number, true),
                        out -> out.writeBool(number, true))
                : this;
    }

    /** A uint32, from an int that is not negative or holds one unsigned. */
    ProtobufMessage uint32(int number, int value) {
        return value == 0
                ? this
                : add(
                        CodedOutputStream.computeUInt32Size(number, value),
                        out -> out.writeUInt32(number, value));
    }

    /** An int64 or uint64: both are written alike. */
    ProtobufMessage int64(int number, long value) {
        return value == 0
                ? this
                : add(
                        CodedOutputStream.computeInt64Size(number, value),
                        out -> out.writeInt64(number, value));
    }

    /** A message within this one, there even if it is empty. */
    ProtobufMessage message(int number, ProtobufMessage child) {
        return add(
                CodedOutputStream.computeTagSize(number) + child.delimitedSize(),
                out -> {
                    out.writeTag(number, ProtobufTag.LENGTH_DELIMITED);
                    child.writeDelimitedTo(out);
                });
    }

    <T> ProtobufMessage messages(
            int number, Iterable<T> values, Function<T, ProtobufMessage> toMessage) {
        for (T value : values) {
            message(number, toMessage.apply(value));
        }
        return this;
    }

    <T> ProtobufMessage map(
            int number, Map<String, T> map, Function<T, ProtobufMessage> toMessage) {
        map.forEach(
                (key, value) ->
                        message(
                                number,
                                new ProtobufMessage()
                                        .text(1, key)
                                        .message(2, toMessage.apply(value))));
        return this;
    }

    ProtobufMessage texts(int number, Map<String, String> map) {
        map.forEach(
                (key, value) -> message(number, new ProtobufMessage().text(1, key).text(2, value)));
        return this;
    }

    /** This message alone. */
    byte[] toBytes() {
        return write(size, this::writeTo);
    }

    /** This message behind its length. */
    byte[] toDelimitedBytes() {
        return write(delimitedSize(), this::writeDelimitedTo);
    }

    private ProtobufMessage add(int bytes, Field field) {
        size += bytes;
        fields.add(field);
        return this;
    }

    private int delimitedSize() {
        return CodedOutputStream.computeUInt32SizeNoTag(size) + size;
    }

    private void writeDelimitedTo(CodedOutputStream out) throws IOException {
        out.writeUInt32NoTag(size);
        writeTo(out);
    }

    private void writeTo(CodedOutputStream out) throws IOException {
        for (Field field : fields) {
            field.writeTo(out);
        }
    }

    private static byte[] write(int size, Field content) {
        byte[] bytes = new byte[size];
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            content.writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException("a message grew while it was written", e);
        }
        out.checkNoSpaceLeft();
        return bytes;
    }
}
