package io.hawser.server.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;
import java.util.Map;

class EncodingTest {
    @ParameterizedTest
    @CsvSource({
        "'', '', '', JSON",
        "centrifuge-json, '', '', JSON",
        "centrifuge-protobuf, '', '', PROTOBUF",
        "hawser-msgpack, '', '', MESSAGEPACK",
        "'', json, '', JSON",
        "'', protobuf, '', PROTOBUF",
        "'', msgpack, '', MESSAGEPACK",
        "'', '', protobuf, PROTOBUF",
        "'', msgpack, protobuf, MESSAGEPACK",
        "'', xml, '', JSON",
        "graphql-ws, protobuf, '', PROTOBUF",
        "centrifuge-json, protobuf, protobuf, JSON",
        "hawser-msgpack, protobuf, json, MESSAGEPACK"
    })
    void theSubprotocolGoesBeforeTheUrl(
            String subprotocol, String cfProtocol, String format, Encoding expected) {
        Map<String, List<String>> parameters =
                Map.of("cf_protocol", List.of(cfProtocol), "format", List.of(format));
        assertThat(Encoding.chosen(subprotocol, parameters)).isEqualTo(expected);
        assertThat(Encoding.chosen(expected.subprotocol(), Map.of())).isEqualTo(expected);
    }
}
