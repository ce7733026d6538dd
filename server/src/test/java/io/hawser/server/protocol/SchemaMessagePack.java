package io.hawser.server.protocol;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;

import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;
import org.msgpack.value.Value;
import org.msgpack.value.ValueFactory;

import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** Writes messages of {@link ProtocolSchema} as docs/protocol.md describes them. */
final class SchemaMessagePack {
    private SchemaMessagePack() {}

    static byte[] write(Message message) throws IOException {
        try (MessageBufferPacker packer = MessagePack.newDefaultBufferPacker()) {
            packer.packValue(value(message));
            return packer.toByteArray();
        }
    }

    private static Value value(Message message) {
        List<Value> keysAndValues = new ArrayList<>();
        for (FieldDescriptor field : SchemaJson.fields(message)) {
            keysAndValues.add(ValueFactory.newString(field.getName()));
            keysAndValues.add(value(field, message.getField(field)));
        }
        return map(keysAndValues);
    }

    private static Value value(FieldDescriptor field, Object value) {
        if (field.isMapField()) {
            List<Value> keysAndValues = new ArrayList<>();
            for (Object entry : (List<?>) value) {
                addEntry(keysAndValues, (Message) entry);
            }
            return map(keysAndValues);
        }
        if (field.isRepeated()) {
            return ValueFactory.newArray(
                    ((List<?>) value).stream().map(element -> single(field, element)).toList());
        }
        return single(field, value);
    }

    private static void addEntry(List<Value> keysAndValues, Message entry) {
        FieldDescriptor key = entry.getDescriptorForType().findFieldByNumber(1);
        FieldDescriptor value = entry.getDescriptorForType().findFieldByNumber(2);
        keysAndValues.add(single(key, entry.getField(key)));
        keysAndValues.add(single(value, entry.getField(value)));
    }

    private static Value map(List<Value> keysAndValues) {
        return ValueFactory.newMap(keysAndValues.toArray(Value[]::new));
    }

    private static Value single(FieldDescriptor field, Object value) {
        return switch (field.getType()) {
            case STRING -> ValueFactory.newString((String) value);
            case BYTES -> ValueFactory.newBinary(((ByteString) value).toByteArray());
            case MESSAGE -> value((Message) value);
            case BOOL -> ValueFactory.newBoolean((Boolean) value);
            case INT32 -> ValueFactory.newInteger((Integer) value);
            case UINT32 -> ValueFactory.newInteger(Integer.toUnsignedLong((Integer) value));
            case INT64 -> ValueFactory.newInteger((Long) value);
            case UINT64 -> ValueFactory.newInteger(unsigned((Long) value));
            default -> throw new IllegalArgumentException(field.getFullName());
        };
    }

    private static BigInteger unsigned(long value) {
        return new BigInteger(Long.toUnsignedString(value));
    }
}
