package io.hawser.server.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;

import org.junit.jupiter.api.Test;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessageUnpacker;
import org.msgpack.value.Value;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * What the codecs write for random messages, read back by Protobuf's reflection, Jackson's tree and
 * MessagePack's values, must be the same. That all fields are there and under the right name and
 * number is shown by {@link JsonEncodeTest} and {@link ProtobufEncodeTest}.
 */
class EncodeRoundTripTest {
    private static final int ROUNDS = 3_000;
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final Codec JSON = Codec.of(Encoding.JSON);
    private static final Codec PROTOBUF = Codec.of(Encoding.PROTOBUF);
    private static final Codec MESSAGEPACK = Codec.of(Encoding.MESSAGEPACK);

    private final RandomMessages messages =
            new RandomMessages(new RandomValues(Seed.random(EncodeRoundTripTest.class)));

    @Test
    void repliesSayTheSameInAllEncodings() throws IOException {
        for (int round = 0; round < ROUNDS; round++) {
            Reply reply = messages.reply();
            DynamicMessage message = delimited(PROTOBUF.encode(reply));
            assertJson(message, JSON.encode(reply));
            assertMessagePack(message, MESSAGEPACK.encode(reply));
        }
    }

    @Test
    void pushesSayTheSameInAllEncodings() throws IOException {
        for (int round = 0; round < ROUNDS; round++) {
            Push push = messages.push();
            DynamicMessage message = delimited(PROTOBUF.encode(push));
            assertJson(message, JSON.encode(push));
            assertMessagePack(message, MESSAGEPACK.encode(push));
            DynamicMessage uni = bare(PROTOBUF.encodeUni(push));
            assertJson(uni, JSON.encodeUni(push));
            assertMessagePack(uni, MESSAGEPACK.encodeUni(push));
        }
    }

    private static void assertJson(DynamicMessage protobuf, EncodedMessage json) {
        assertThat(protobuf.getUnknownFields()).isEqualTo(UnknownFieldSet.getDefaultInstance());
        String expected = SchemaJson.write(protobuf);
        String actual = new String(json.bytes(), StandardCharsets.UTF_8);
        assertThat(tree(actual)).isEqualTo(tree(expected));
        assertThat(actual).isEqualTo(expected).doesNotContain("\n").isNotEqualTo("{}");
    }

    private static void assertMessagePack(DynamicMessage protobuf, EncodedMessage messagePack)
            throws IOException {
        assertThat(value(messagePack.bytes())).isEqualTo(value(SchemaMessagePack.write(protobuf)));
        assertThat(messagePack.bytes()).isEqualTo(SchemaMessagePack.write(protobuf));
    }

    private static Value value(byte[] bytes) throws IOException {
        try (MessageUnpacker unpacker = MessagePack.newDefaultUnpacker(bytes)) {
            return unpacker.unpackValue();
        }
    }

    private static JsonNode tree(String json) {
        return MAPPER.readTree(json);
    }

    private static DynamicMessage delimited(EncodedMessage message) throws IOException {
        ByteArrayInputStream in = new ByteArrayInputStream(message.bytes());
        DynamicMessage.Builder reply = DynamicMessage.newBuilder(ProtocolSchema.message("Reply"));
        assertThat(reply.mergeDelimitedFrom(in)).isTrue();
        assertThat(in.available()).as("bytes behind the message").isZero();
        return reply.build();
    }

    private static DynamicMessage bare(EncodedMessage message)
            throws InvalidProtocolBufferException {
        return DynamicMessage.parseFrom(ProtocolSchema.message("Push"), message.bytes());
    }
}
