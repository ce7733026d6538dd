package io.hawser.server.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.StreamPosition;
import io.hawser.server.protocol.Request.ConnectRequest;
import io.hawser.server.protocol.Request.HistoryRequest;
import io.hawser.server.protocol.Request.PingRequest;
import io.hawser.server.protocol.Request.PublishRequest;
import io.hawser.server.protocol.Request.RpcRequest;
import io.hawser.server.protocol.Request.SubscribeRequest;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Frames in the notation of {@link ProtobufEncodeTest#parse}. */
class MessagePackDecodeTest {
    private static final Codec CODEC = Codec.of(Encoding.MESSAGEPACK);
    private static final String ID = "a2'id'01";
    private static final String GOOD = "82" + ID + "a4'ping'80";
    private static final Command PING = new Command(1, new PingRequest());

    static Stream<Arguments> requests() {
        SubscribeRequestBuilder recovering = new SubscribeRequestBuilder();
        recovering.recover = true;
        recovering.offset = 300;
        recovering.epoch = "e";
        return Stream.of(
                arguments(
                        "a7'connect' 86 a5'token'a1't' a4'data'c407'{\"a\":1}' a4'subs'81a2'ch'"
                                + "83a7'recover'c3a6'offset'cd012ca5'epoch'a1'e' a4'name'a2'js'"
                                + "a7'version'a5'5.7.1' a7'headers'81a1'h'a1'v'",
                        new ConnectRequest(
                                "t",
                                Payload.of("{\"a\":1}"),
                                Map.of("ch", recovering.build()),
                                "js",
                                "5.7.1",
                                Map.of("h", "v"))),
                arguments(
                        "a7'publish' 82 a7'channel'a1'c' a4'data'c403'\"x\"'",
                        new PublishRequest("c", Payload.of("\"x\""), false, 0)),
                arguments(
                        "a7'history' 84 a7'channel'a1'c' a5'limit'ff a5'since'81a6'offset'03"
                                + "a7'reverse'c3",
                        new HistoryRequest("c", -1, new StreamPosition(3, ""), true)),
                arguments("a7'history'80", new HistoryRequest("", 0, null, false)),
                arguments(
                        "a7'history' 82 a7'channel'c0 a5'since'c0",
                        new HistoryRequest("", 0, null, false)),
                arguments("a3'rpc' 81 a4'data'c400", new RpcRequest("", Payload.EMPTY)),
                // the long forms of everything
                arguments(
                        "db00000003'rpc' df00000002 da0004'data'c6000000021011 d906'method'd901'm'",
                        new RpcRequest("m", Payload.of(new byte[] {0x10, 0x11}))),
                arguments("d904'ping' de0001 a1'x' dc0001c0", new PingRequest()),
                // fields that nobody knows, of every kind
                arguments(
                        "a4'ping' 8b a1'a'c0 a1'b'c2 a1'c'cb0000000000000000 a1'd'ca00000000"
                                + "a1'e'cfffffffffffffffff a1'f'd38000000000000000 a1'g'd40100"
                                + "a1'h'd6ff00000000 a1'i'c70301aabbcc"
                                + "a1'j'93 82 01 91c0 c0 80 c402ffff 90 a1'k'd90100",
                        new PingRequest()));
    }

    @ParameterizedTest
    @MethodSource("requests")
    void readsEveryForm(String field, Request expected) {
        Decoded decoded = new Decoded(List.of(new Command(7, expected)), null);
        assertThat(decode("82 a2'id'07" + field)).isEqualTo(decoded);
        assertThat(decode("83" + field + "a3'new'81c091c0 a2'id'07")).isEqualTo(decoded);
    }

    @Test
    void readsSeveralCommandsOfAFrame() {
        assertThat(decode(GOOD + "80" + GOOD))
                .isEqualTo(new Decoded(List.of(PING, Command.PONG, PING), null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"80", "de0000", "df00000000", "81a2'id'00", "81a1'x'01", "81a4'ping'c0"})
    void readsTheEmptyCommandAsPong(String frame) {
        assertThat(decode(frame)).isEqualTo(new Decoded(List.of(Command.PONG), null));
    }

    @ParameterizedTest
    @CsvSource({
        "07, 7",
        "cc07, 7",
        "cdffff, 65535",
        "ceffffffff, 4294967295",
        "cf0020000000000001, 9007199254740993",
        "cf7fffffffffffffff, 9223372036854775807",
        "cf8000000000000000, 9223372036854775807",
        "cfffffffffffffffff, 9223372036854775807",
        "d007, 7",
        "d1012c, 300",
        "d200010000, 65536",
        "d37fffffffffffffff, 9223372036854775807"
    })
    void readsIntegersOfEveryForm(String bytes, long expected) {
        Decoded decoded = decode("82" + ID + "a9'subscribe'81a6'offset'" + bytes);
        assertThat(decoded.problem()).isNull();
        SubscribeRequest request = (SubscribeRequest) decoded.commands().getFirst().request();
        assertThat(request.since().offset()).isEqualTo(expected);
    }

    @Test
    void idsAreUnsigned() {
        assertThat(decode("82 a2'id'ceffffffff a4'ping'80").commands())
                .containsExactly(new Command(-1, new PingRequest()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "c1", // the byte that stands for nothing
                "c0", // no map
                "01",
                "90",
                "a2'{}'",
                "c402'{}'",
                "c3",
                "d4ff00",
                "81", // an end in the middle
                "81a2",
                "81a2'i'",
                "81a2'id'",
                "81a2'id'ce000000",
                "82a2'id'01a4'ping'",
                "83a2'id'01a4'ping'80",
                "82a2'id'01", // fewer fields than there should be
                "8f80", // a map that declares more than there is
                "deffff",
                "dfffffffff", // of 2^32 - 1
                "df7fffffff", // of 2^31 - 1
                "df80000000a2'id'01", // of 2^31
                "81a2'id'01", // an id without a request
                "82a2'id'01a1'x'80", // or with an unknown one
                "81a4'ping'80", // a request without an id
                "82a2'id'00a4'ping'80",
                "82a2'id'c0a4'ping'80",
                "83a2'id'01a4'ping'80a3'rpc'80", // two requests
                "83a2'id'01a4'ping'80a4'ping'80", // the same one twice
                "83a2'id'01a2'id'01a4'ping'80", // a key twice
                "83a2'id'01a2'id'c0a4'ping'80",
                "84a2'id'01a1'x'00a1'x'00a4'ping'80",
                "82a2'id'01a7'connect'81a7'headers'82a1'h'a0a1'h'a0",
                "82a2'id'01a7'connect'81a4'subs'82a1'h'80a1'h'80",
                "820101a4'ping'80", // keys that are no strings
                "82c0c0a4'ping'80",
                "8280c0a4'ping'80",
                "82c4026964 01a4'ping'80",
                "82a2'id'ffa4'ping'80", // ids that are none
                "82a2'id'cf0000000100000000a4'ping'80",
                "82a2'id'cfffffffffffffffffa4'ping'80",
                "82a2'id'cb3ff0000000000000a4'ping'80",
                "82a2'id'ca3f800000a4'ping'80",
                "82a2'id'a1'1'a4'ping'80",
                "82a2'id'c3a4'ping'80",
                "82a2'id'9101a4'ping'80",
                "82a2'id'01a4'ping'90", // values of wrong types
                "82a2'id'01a4'ping'01",
                "82a2'id'01a3'rpc'c400",
                "82a2'id'01a3'rpc'81a4'data'a1'1'", // data that is not binary
                "82a2'id'01a3'rpc'81a4'data'80",
                "82a2'id'01a3'rpc'81a4'data'01",
                "82a2'id'01a3'rpc'81a4'data'd40131",
                "82a2'id'01a8'presence'81a7'channel'c40163",
                "82a2'id'01a8'presence'81a7'channel'01",
                "82a2'id'01a9'subscribe'81a7'recover'01",
                "82a2'id'01a9'subscribe'81a7'recover'a4'true'",
                "82a2'id'01a9'subscribe'81a6'offset'ff",
                "82a2'id'01a9'subscribe'81a6'offset'd3ffffffffffffffff",
                "82a2'id'01a9'subscribe'81a4'flag'cfffffffffffffffff",
                "82a2'id'01a9'subscribe'81a2'tf'90",
                "82a2'id'01a9'subscribe'81a2'tf'81a4'vals'80",
                "82a2'id'01a9'subscribe'81a2'tf'81a4'vals'91c0",
                "82a2'id'01a7'history'81a5'limit'ce80000000",
                "82a2'id'01a7'history'81a5'since'03",
                "82a2'id'01a7'connect'81a4'subs'90",
                "82a2'id'01a7'connect'81a7'headers'81a1'h'01",
                "82a2'id'01a8'presence'81a7'channel'a1ff", // strings that are not UTF-8
                "82a2'id'01a8'presence'81a7'channel'a2c080",
                "82a2'id'01a8'presence'81a7'channel'a3eda080",
                "82a2'id'01a8'presence'81a1ff01",
                "82a2'id'01a8'presence'81a7'channel'a2'c'", // lengths beyond the frame
                "82a2'id'01a8'presence'81a7'channel'd97f'c'",
                "82a2'id'01a8'presence'81a7'channel'daffff'c'",
                "82a2'id'01a8'presence'81a7'channel'db7fffffff'c'",
                "82a2'id'01a8'presence'81a7'channel'dbffffffff'c'",
                "82a2'id'01a3'rpc'81a4'data'c67fffffff31",
                "82a2'id'01a3'rpc'81a4'data'c6ffffffff31",
                "82a2'id'01a9'subscribe'81a2'tf'81a4'vals'dd7fffffff",
                "82a2'id'01a9'subscribe'81a2'tf'81a4'vals'ddffffffff",
                "82a2'id'01a4'ping'81a1'x'd97f", // and in what is passed over
                "82a2'id'01a4'ping'81a1'x'db7fffffff",
                "82a2'id'01a4'ping'81a1'x'dbffffffff",
                "82a2'id'01a4'ping'81a1'x'c67fffffff",
                "82a2'id'01a4'ping'81a1'x'c97fffffff01",
                "82a2'id'01a4'ping'81a1'x'c9ffffffff01",
                "82a2'id'01a4'ping'81a1'x'dd7fffffff",
                "82a2'id'01a4'ping'81a1'x'ddffffffff",
                "82a2'id'01a4'ping'81a1'x'df7fffffff",
                "82a2'id'01a4'ping'81a1'x'dfffffffff",
                "82a2'id'01a4'ping'81a1'x'df40000000df40000000",
                "82a2'id'01a4'ping'81a1'x'cb00",
                "82a2'id'01a4'ping'81a1'x'c1"
            })
    void handsOutTheCommandsBeforeABadOne(String bad) {
        assertThat(decode(bad).problem()).isNotNull();
        assertThat(decode(bad).commands()).isEmpty();
        Decoded second = decode(GOOD + "80" + bad);
        assertThat(second.commands()).containsExactly(PING, Command.PONG);
        assertThat(second.problem()).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a2", "c1", "00", "0a", "81", "'}'"})
    void refusesBytesBehindTheLastCommand(String trailing) {
        Decoded decoded = decode(GOOD + trailing);
        assertThat(decoded.commands()).containsExactly(PING);
        assertThat(decoded.problem()).isNotNull();
    }

    @Test
    void aFrameWithoutACommandIsBad() {
        assertThat(decode("")).isEqualTo(new Decoded(List.of(), "no command"));
    }

    @Test
    void limitsTheDepthOfWhatIsPassedOver() {
        for (String level : List.of("91", "81c0", "de0001c0", "dd00000001")) {
            int most = MessagePackSkipper.MAX_DEPTH;
            assertThat(nested(level, most).problem()).isNull();
            assertThat(nested(level, most + 1).problem()).isEqualTo("a value that is too deep");
            assertThat(nested(level, 50_000).problem()).isEqualTo("a value that is too deep");
        }
    }

    @Test
    void limitsTheDepthOfFilters() {
        assertThat(filter(FilterNode.MAX_DEPTH).problem()).isNull();
        assertThat(filter(FilterNode.MAX_DEPTH + 1).problem())
                .isEqualTo("a filter that is too deep");
        assertThat(filter(5_000).problem()).isEqualTo("a filter that is too deep");
    }

    @Test
    void manyKeysThatHashAlikeTakeNoLonger() {
        // "Aa" and "BB" have the same hash, and so have all words of them.
        StringBuilder keys = new StringBuilder();
        int words = 1 << 12;
        for (int word = 0; word < words; word++) {
            keys.append("b8");
            for (int bit = 0; bit < 12; bit++) {
                keys.append((word >> bit & 1) == 0 ? "'Aa'" : "'BB'");
            }
            keys.append("c0");
        }
        String count = "%04x".formatted(words);
        assertThat(decode("82" + ID + "a4'ping'de" + count + keys).commands())
                .containsExactly(PING);
    }

    @Test
    void problemsQuoteNothing() {
        for (String frame :
                List.of("81a5'token'a6'secret'c1", "81a6'secret'", "82a2'id'a6'secret'c0c0")) {
            assertThat(decode(frame).problem()).isNotNull().doesNotContain("secret");
        }
    }

    @Test
    void readsTheConnectRequestOfAUnidirectionalConnection() throws BadFrameException {
        assertThat(connect("82a5'token'a1't'a4'name'a2'js'"))
                .isEqualTo(new ConnectRequest("t", Payload.EMPTY, Map.of(), "js", "", Map.of()));
        assertThat(connect("80").token()).isEmpty();
        for (String bad : List.of("", "c0", "90", "81", "81a5'token'01", "8080", "80c1")) {
            assertThatExceptionOfType(BadFrameException.class).isThrownBy(() -> connect(bad));
        }
    }

    /** A ping with an unknown field whose value is that many levels deep. */
    private static Decoded nested(String level, int depth) {
        return decode("82" + ID + "a4'ping'81a1'x'" + level.repeat(depth) + "c0");
    }

    private static Decoded filter(int depth) {
        return decode(
                "82" + ID + "a9'subscribe'81a2'tf'" + "81a5'nodes'91".repeat(depth - 1) + "80");
    }

    private static ConnectRequest connect(String message) throws BadFrameException {
        return CODEC.decodeConnect(ProtobufEncodeTest.parse(message));
    }

    private static Decoded decode(String frame) {
        return CODEC.decode(ProtobufEncodeTest.parse(frame));
    }
}
