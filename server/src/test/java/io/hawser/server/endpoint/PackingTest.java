package io.hawser.server.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.pubsub.Payload;
import io.hawser.server.protocol.Codec;
import io.hawser.server.protocol.EncodedMessage;
import io.hawser.server.protocol.Encoding;
import io.hawser.server.protocol.Push;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

class PackingTest {
    private static final Codec JSON = Codec.of(Encoding.JSON);

    private final FrameWriter writer = new FrameWriter(new Arena());

    private static EncodedMessage message(String data) {
        return JSON.encodeUni(new Push.MessagePush(Payload.of(data)));
    }

    private String written(WireForm form, EncodedMessage... messages) {
        ByteBuffer bytes = writer.write(form, List.of(messages)).from(0);
        return StandardCharsets.ISO_8859_1.decode(bytes).toString();
    }

    @Test
    void eachMessageIsAnEvent() {
        var form = WireForm.of(JSON, true, Packing.EVENTS);
        assertThat(written(form, message("1"), JSON.uniPing(), message("2")))
                .isEqualTo(
                        """
                        data: {"message":{"data":1}}

                        data: {}

                        data: {"message":{"data":2}}

                        """);
    }

    @Test
    void eachMessageIsALine() {
        var form = WireForm.of(JSON, false, Packing.STREAM);
        assertThat(written(form, message("1"), JSON.ping()))
                .isEqualTo("{\"message\":{\"data\":1}}\n{}\n");
    }

    @Test
    void protobufTellsItsOwnLength() {
        Codec codec = Codec.of(Encoding.PROTOBUF);
        var form = WireForm.of(codec, false, Packing.STREAM);
        EncodedMessage push = codec.encode(new Push.MessagePush(Payload.of("7")));
        String encoded = new String(push.bytes(), StandardCharsets.ISO_8859_1);
        assertThat(written(form, push, codec.ping())).isEqualTo(encoded + '\0');
        assertThat(encoded.charAt(0)).isEqualTo((char) (push.size() - 1));
    }

    @Test
    void webSocketsGetFrames() {
        var form = WireForm.of(JSON, false, Packing.FRAMES);
        assertThat(written(form, JSON.ping(), JSON.ping())).isEqualTo("\u0081\u0005{}\n{}");
    }

    @ParameterizedTest
    @EnumSource(Encoding.class)
    void formsThatDifferInTheirPackingShareTheirMessages(Encoding encoding) {
        Set<Integer> indexes = new HashSet<>();
        Set<Integer> messages = new HashSet<>();
        for (Packing packing : Packing.values()) {
            WireForm form = WireForm.of(Codec.of(encoding), true, packing);
            indexes.add(form.index());
            messages.add(form.messageIndex());
            assertThat(form.index()).isLessThan(WireForm.COUNT);
            assertThat(form.messageIndex()).isLessThan(WireForm.MESSAGES);
        }
        assertThat(indexes).hasSize(Packing.values().length);
        assertThat(messages).hasSize(1);
    }
}
