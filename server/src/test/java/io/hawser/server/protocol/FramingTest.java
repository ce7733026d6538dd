package io.hawser.server.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.charset.StandardCharsets;
import java.util.List;

class FramingTest {
    private static final EncodedMessage A = message("{\"id\":1}");
    private static final EncodedMessage B = message("{}");

    @Test
    void linesAreSeparatedByLineFeeds() {
        assertThat(Framing.LINES.join(List.of(A, B, A)))
                .asString()
                .isEqualTo("{\"id\":1}\n{}\n{\"id\":1}");
    }

    @Test
    void messagesWithTheirLengthStandOneBehindTheOther() {
        Codec codec = Codec.of(Encoding.PROTOBUF);
        EncodedMessage reply = codec.encode(new Reply.Success(1, new Result.PingResult()));
        assertThat(codec.framing().join(List.of(codec.ping(), reply, codec.ping())))
                .isEqualTo(new byte[] {0, 4, 0x08, 1, 0x62, 0, 0});
    }

    @ParameterizedTest
    @EnumSource
    void aMessageAloneIsNotCopied(Framing framing) {
        assertThat(framing.join(List.of(A))).isSameAs(A.bytes());
    }

    @Test
    void aFrameHoldsAsManyAsItMay() {
        assertThatIllegalArgumentException().isThrownBy(() -> Framing.SINGLE.join(List.of(A, B)));
        assertThatIllegalArgumentException().isThrownBy(() -> Framing.LINES.join(List.of()));
    }

    @ParameterizedTest
    @EnumSource
    void everyEncodingHasItsCodecAndSubprotocol(Encoding encoding) {
        assertThat(Codec.of(encoding).encoding()).isEqualTo(encoding);
        assertThat(Encoding.ofSubprotocol(encoding.subprotocol())).contains(encoding);
        assertThat(Encoding.ofSubprotocol("graphql-ws")).isEmpty();
    }

    private static EncodedMessage message(String text) {
        return new EncodedMessage(Encoding.JSON, text.getBytes(StandardCharsets.UTF_8));
    }
}
