package io.hawser.server.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Random commands, written by Protobuf's reflection and as JSON, must be read alike; and no bytes
 * whatever may make a codec throw.
 */
class DecodeRoundTripTest {
    private static final int ROUNDS = 2_000;
    private static final int MAX_FILTER_DEPTH = 3;
    private static final Codec JSON = Codec.of(Encoding.JSON);
    private static final Codec PROTOBUF = Codec.of(Encoding.PROTOBUF);

    private final Random random = Seed.random(DecodeRoundTripTest.class);
    private final RandomValues values = new RandomValues(random);

    @Test
    void bothEncodingsAreReadAlike() throws IOException {
        for (int round = 0; round < ROUNDS; round++) {
            List<Message> messages = commands();
            Decoded fromJson = JSON.decode(json(messages));
            assertThat(fromJson.problem()).isNull();
            assertThat(fromJson.commands()).hasSize(messages.size());
            assertThat(PROTOBUF.decode(protobuf(messages))).isEqualTo(fromJson);
        }
    }

    @Test
    void brokenFramesHaveAProblemOrCommandsAndNeverThrow() throws IOException {
        for (int round = 0; round < ROUNDS; round++) {
            List<Message> messages = commands();
            assertDecodes(JSON, mutated(json(messages)));
            assertDecodes(PROTOBUF, mutated(protobuf(messages)));
        }
    }

    @Test
    void aFrameCutOffKeepsTheCommandsBefore() throws IOException {
        for (int round = 0; round < ROUNDS; round++) {
            List<Message> messages = commands();
            byte[] frame = protobuf(messages);
            List<Command> all = PROTOBUF.decode(frame).commands();
            assertBeginning(all, PROTOBUF, cut(frame));
            assertBeginning(all, JSON, cut(json(messages)));
        }
    }

    private byte[] cut(byte[] frame) {
        return Arrays.copyOf(frame, random.nextInt(frame.length));
    }

    private static void assertBeginning(List<Command> all, Codec codec, byte[] frame) {
        List<Command> commands = codec.decode(frame).commands();
        assertThat(all.subList(0, Math.min(all.size(), commands.size()))).isEqualTo(commands);
    }

    private static void assertDecodes(Codec codec, byte[] frame) {
        Decoded decoded = codec.decode(frame);
        assertThat(decoded.problem() != null || !decoded.commands().isEmpty()).isTrue();
    }

    private byte[] mutated(byte[] frame) {
        byte[] bytes = frame.clone();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return bytes;
    }

    private static byte[] json(List<Message> messages) {
        StringBuilder text = new StringBuilder();
        messages.forEach(message -> text.append(SchemaJson.write(message)).append('\n'));
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] protobuf(List<Message> messages) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        for (Message message : messages) {
            message.writeDelimitedTo(frame);
        }
        return frame.toByteArray();
    }

    private List<Message> commands() {
        List<Message> messages = new ArrayList<>();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            messages.add(command());
        }
        return messages;
    }

    private Message command() {
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
