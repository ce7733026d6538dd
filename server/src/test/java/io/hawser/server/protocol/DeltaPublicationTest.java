package io.hawser.server.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.DynamicMessage;

import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.Publication;
import io.hawser.grid.pubsub.StreamPosition;
import io.hawser.server.protocol.SentPublication.DataForm;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessageUnpacker;
import org.msgpack.value.MapValue;
import org.msgpack.value.Value;
import org.msgpack.value.ValueFactory;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** Publications of subscriptions with delta, in each codec. */
class DeltaPublicationTest {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    /** What a delta and a JSON text may hold: line breaks, quotes, characters of 1 to 4 bytes. */
    private static final String TEXT = "1A\n3@0,G:{\"é\":\"株\\\" 🚀\u2028/\t\u007f\"}\n2n3Kx;";

    private static final Publication PUBLICATION =
            new Publication(8, Payload.of(TEXT), null, Map.of("k", "v"), 0);

    private static byte[] encoded(Encoding encoding, DataForm form) {
        return Codec.of(encoding)
                .encodeUni(new Push.PublicationPush("news", new SentPublication(PUBLICATION, form)))
                .bytes();
    }

    @ParameterizedTest
    @EnumSource(names = {"WHOLE", "DELTA"})
    void isAStringInJson(DataForm form) {
        String json = new String(encoded(Encoding.JSON, form), StandardCharsets.UTF_8);

        JsonNode publication = MAPPER.readTree(json).get("pub");
        assertThat(publication.get("data").isString()).isTrue();
        assertThat(publication.get("data").asString()).isEqualTo(TEXT);
        assertThat(publication.has("delta")).isEqualTo(form == DataForm.DELTA);
        assertThat(publication.get("offset").asLong()).isEqualTo(8);
        assertThat(json).doesNotContain("\n");
    }

    @ParameterizedTest
    @EnumSource(names = {"WHOLE", "DELTA"})
    void isBytesInProtobuf(DataForm form) throws Exception {
        Descriptor type = ProtocolSchema.message("Push");
        DynamicMessage push = DynamicMessage.parseFrom(type, encoded(Encoding.PROTOBUF, form));

        var publication = (DynamicMessage) push.getField(type.findFieldByName("pub"));
        Descriptor fields = publication.getDescriptorForType();
        assertThat(publication.getField(fields.findFieldByName("data")))
                .isEqualTo(ByteString.copyFromUtf8(TEXT));
        assertThat(publication.getField(fields.findFieldByName("delta")))
                .isEqualTo(form == DataForm.DELTA);
    }

    @ParameterizedTest
    @EnumSource(names = {"WHOLE", "DELTA"})
    void isBinInMessagePack(DataForm form) throws Exception {
        try (MessageUnpacker unpacker =
                MessagePack.newDefaultUnpacker(encoded(Encoding.MESSAGEPACK, form))) {
            MapValue push = unpacker.unpackValue().asMapValue();
            Map<Value, Value> publication =
                    Objects.requireNonNull(push.map().get(ValueFactory.newString("pub")))
                            .asMapValue()
                            .map();

            assertThat(publication.get(ValueFactory.newString("data")))
                    .isEqualTo(ValueFactory.newBinary(TEXT.getBytes(StandardCharsets.UTF_8)));
            assertThat(publication.get(ValueFactory.newString("delta")))
                    .isEqualTo(form == DataForm.DELTA ? ValueFactory.newBoolean(true) : null);
        }
    }

    @Test
    void aRecoveredRowSaysForEachWhatItIs() {
        var result =
                new Result.SubscribeResult(
                        Expiry.NEVER,
                        true,
                        new StreamPosition(8, "e"),
                        Stream.of(DataForm.WHOLE, DataForm.DELTA)
                                .map(form -> new SentPublication(PUBLICATION, form))
                                .toList(),
                        true,
                        true,
                        Payload.EMPTY,
                        true,
                        true);

        byte[] json = Codec.of(Encoding.JSON).encode(new Reply.Success(1, result)).bytes();

        JsonNode subscribe = MAPPER.readTree(json).get("subscribe");
        assertThat(subscribe.get("delta").asBoolean()).isTrue();
        assertThat(
                        List.of(
                                subscribe.get("publications").get(0).has("delta"),
                                subscribe.get("publications").get(1).has("delta")))
                .containsExactly(false, true);
        assertThat(subscribe.get("publications").get(0).get("data").asString()).isEqualTo(TEXT);
    }
}
