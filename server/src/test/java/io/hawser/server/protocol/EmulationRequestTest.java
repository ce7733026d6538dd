package io.hawser.server.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.hawser.grid.pubsub.Payload;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

class EmulationRequestTest {
    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void readsJson() throws BadFrameException {
        String json =
                "{\"later\":[{}],\"data\":\"{\\\"id\\\":1}\\n{}\",\"session\":\"s\",\"node\":\"n\"}";
        assertThat(EmulationRequest.ofJson(utf8(json)))
                .isEqualTo(new EmulationRequest("n", "s", Payload.of("{\"id\":1}\n{}")));
    }

    @Test
    void readsProtobuf() throws BadFrameException {
        byte[] body = HexFormat.of().parseHex("0a016e" + "120173" + "1a020100" + "f00101");
        assertThat(EmulationRequest.ofProtobuf(body))
                .isEqualTo(new EmulationRequest("n", "s", Payload.of(new byte[] {1, 0})));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{",
                "{}",
                "{\"node\":\"n\",\"session\":\"s\"}",
                "{\"node\":\"n\",\"session\":\"s\",\"data\":\"\"}",
                "{\"node\":1,\"session\":\"s\",\"data\":\"d\"}",
                "{\"node\":\"n\",\"session\":\"s\",\"data\":{}}",
                "{\"node\":\"n\",\"session\":\"\\ud800\",\"data\":\"d\"}",
                "{\"node\":\"n\",\"session\":\"s\",\"data\":\"d\"} x",
                "{\"node\":\"n\",\"session\":\"s\",\"data\":\"d\"}{}"
            })
    void refusesBadJson(String json) {
        assertThatExceptionOfType(BadFrameException.class)
                .isThrownBy(() -> EmulationRequest.ofJson(utf8(json)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0a016e",
                "0a016e120173",
                "0a016e1201731a00",
                "0a016e1201731a0501",
                "08011201731a0101",
                "0a01ff1201731a0101",
                "1c"
            })
    void refusesBadProtobuf(String hex) {
        assertThatExceptionOfType(BadFrameException.class)
                .isThrownBy(() -> EmulationRequest.ofProtobuf(HexFormat.of().parseHex(hex)));
    }

    @Test
    void noPrefixOfARequestIsOne() {
        byte[] body = HexFormat.of().parseHex("0a016e1201731a020100");
        for (int length = 0; length < body.length; length++) {
            byte[] prefix = Arrays.copyOf(body, length);
            assertThatExceptionOfType(BadFrameException.class)
                    .isThrownBy(() -> EmulationRequest.ofProtobuf(prefix));
        }
    }
}
