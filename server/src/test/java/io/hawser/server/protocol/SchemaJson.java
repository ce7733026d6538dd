package io.hawser.server.protocol;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;

import tools.jackson.databind.json.JsonMapper;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;

/** Writes messages of {@link ProtocolSchema} as the JSON that the protocol page describes. */
final class SchemaJson {
    private static final JsonMapper MAPPER = new JsonMapper();

    /** What is there even if it is zero. */
    private static final Map<String, Set<String>> ALWAYS =
            Map.of(
                    "ClientInfo", Set.of("user", "client"),
                    "PresenceResult", Set.of("presence"),
                    "PresenceStatsResult", Set.of("num_clients", "num_users"),
                    "HistoryResult", Set.of("publications", "epoch", "offset"));

    private SchemaJson() {}

    static String write(Message message) {
        StringJoiner fields = new StringJoiner(",", "{", "}");
        for (FieldDescriptor field : fields(message)) {
            fields.add(quote(field.getName()) + ":" + value(field, message.getField(field)));
        }
        return fields.toString();
    }

    /** What is written of {@code message}, in this order. */
    static List<FieldDescriptor> fields(Message message) {
        Set<String> always =
                ALWAYS.getOrDefault(message.getDescriptorForType().getName(), Set.of());
        return message.getDescriptorForType().getFields().stream()
                .filter(field -> isSet(message, field) || always.contains(field.getName()))
                .toList();
    }

    private static boolean isSet(Message message, FieldDescriptor field) {
        return field.isRepeated()
                ? message.getRepeatedFieldCount(field) > 0
                : message.hasField(field);
    }

    private static String value(FieldDescriptor field, Object value) {
        if (field.isMapField()) {
            StringJoiner entries = new StringJoiner(",", "{", "}");
            for (Object entry : (List<?>) value) {
                entries.add(entry((Message) entry));
            }
            return entries.toString();
        }
        if (field.isRepeated()) {
            StringJoiner elements = new StringJoiner(",", "[", "]");
            for (Object element : (List<?>) value) {
                elements.add(single(field, element));
            }
            return elements.toString();
        }
        return single(field, value);
    }

    private static String entry(Message entry) {
        FieldDescriptor key = entry.getDescriptorForType().findFieldByNumber(1);
        FieldDescriptor value = entry.getDescriptorForType().findFieldByNumber(2);
        return quote((String) entry.getField(key)) + ":" + single(value, entry.getField(value));
    }

    private static String single(FieldDescriptor field, Object value) {
        return switch (field.getType()) {
            case STRING -> quote((String) value);
            case BYTES -> ((ByteString) value).toStringUtf8();
            case MESSAGE -> write((Message) value);
            case UINT32 -> Integer.toUnsignedString((Integer) value);
            case UINT64 -> Long.toUnsignedString((Long) value);
            default -> value.toString();
        };
    }

    private static String quote(String text) {
        return MAPPER.writeValueAsString(text);
    }
}
