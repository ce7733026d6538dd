package io.hawser.server.protocol;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Random commands of clients, as messages of {@link ProtocolSchema}. */
final class RandomCommands {
    private static final int MAX_FILTER_DEPTH = 3;

    private final Random random;
    private final RandomValues values;

    RandomCommands(Random random) {
        this.random = random;
        this.values = new RandomValues(random);
    }

    /** One to three commands. */
    List<Message> some() {
        List<Message> messages = new ArrayList<>();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            messages.add(command());
        }
        return messages;
    }

    Message command() {
        Descriptor type = ProtocolSchema.message("Command");
        DynamicMessage.Builder command = DynamicMessage.newBuilder(type);
        List<FieldDescriptor> fields = type.getFields();
        FieldDescriptor request = fields.get(random.nextInt(fields.size()));
        if (!request.getName().equals("id")) {
            command.setField(request, message(request.getMessageType(), 1));
            command.setField(type.findFieldByName("id"), nonZero());
        }
        return command.build();
    }

    private int nonZero() {
        int id = random.nextInt();
        return id == 0 ? 1 : id;
    }

    private Message message(Descriptor type, int depth) {
        DynamicMessage.Builder message = DynamicMessage.newBuilder(type);
        for (FieldDescriptor field : type.getFields()) {
            if (values.bool()) {
                set(message, field, depth);
            }
        }
        return message.build();
    }

    private void set(DynamicMessage.Builder message, FieldDescriptor field, int depth) {
        if (field.getName().equals("nodes") && depth > MAX_FILTER_DEPTH) {
            return;
        }
        if (!field.isRepeated()) {
            message.setField(field, value(field, depth));
            return;
        }
        // A key that comes twice is well defined, but not the subject here.
        Set<Object> keys = new HashSet<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            Message entry = field.isMapField() ? entry(field.getMessageType(), depth) : null;
            if (entry == null) {
                message.addRepeatedField(field, value(field, depth));
            } else if (keys.add(entry.getField(field.getMessageType().findFieldByName("key")))) {
                message.addRepeatedField(field, entry);
            }
        }
    }

    private Message entry(Descriptor type, int depth) {
        DynamicMessage.Builder entry = DynamicMessage.newBuilder(type);
        for (FieldDescriptor field : type.getFields()) {
            entry.setField(field, value(field, depth));
        }
        return entry.build();
    }

    private Object value(FieldDescriptor field, int depth) {
        return switch (field.getType()) {
            case STRING -> values.text();
            case BOOL -> values.bool();
            case BYTES -> ByteString.copyFromUtf8(values.json().trim());
            case INT32, UINT32 -> values.anyInteger();
            case INT64, UINT64 -> values.anyNumber();
            case MESSAGE -> message(field.getMessageType(), depth + 1);
            default -> throw new IllegalArgumentException(field.getFullName());
        };
    }
}
