package io.hawser.server.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.StreamPosition;
import io.hawser.server.protocol.Request.ConnectRequest;
import io.hawser.server.protocol.Request.HistoryRequest;
import io.hawser.server.protocol.Request.PingRequest;
import io.hawser.server.protocol.Request.PresenceRequest;
import io.hawser.server.protocol.Request.PresenceStatsRequest;
import io.hawser.server.protocol.Request.PublishRequest;
import io.hawser.server.protocol.Request.RefreshRequest;
import io.hawser.server.protocol.Request.RpcRequest;
import io.hawser.server.protocol.Request.SendRequest;
import io.hawser.server.protocol.Request.SubRefreshRequest;
import io.hawser.server.protocol.Request.SubscribeRequest;
import io.hawser.server.protocol.Request.UnsubscribeRequest;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

class JsonDecodeTest {
    private static final Codec CODEC = Codec.of(Encoding.JSON);
    private static final String GOOD = "{\"id\":1,\"ping\":{}}";
    private static final Command PING = new Command(1, new PingRequest());

    static Stream<Arguments> requests() {
        SubscribeRequest recovering =
                new SubscribeRequest(
                        "",
                        "",
                        true,
                        new StreamPosition(9, "e"),
                        Payload.EMPTY,
                        false,
                        false,
                        false,
                        "",
                        null,
                        0,
                        0);
        return Stream.of(
                arguments(
                        """
                        "connect":{"token":"t","data":{"a":1},"subs":{"ch":{"recover":true,
                         "offset":9,"epoch":"e"}},"name":"js","version":"5.7.1","headers":{"h":"v"},
                         "flag":1,"dict":"d","profile":"p"}""",
                        new ConnectRequest(
                                "t",
                                Payload.of("{\"a\":1}"),
                                Map.of("ch", recovering),
                                "js",
                                "5.7.1",
                                Map.of("h", "v"))),
                arguments(
                        "\"connect\":{}",
                        new ConnectRequest("", Payload.EMPTY, Map.of(), "", "", Map.of())),
                arguments(
                        """
                        "subscribe":{"channel":"c","token":"t","recover":true,"epoch":"e","offset":7,
                         "data":[1],"positioned":true,"recoverable":true,"join_leave":true,
                         "delta":"fossil","tf":{"op":"and","nodes":[{"key":"k","cmp":"eq","val":"v"},
                         {"key":"k","cmp":"in","vals":["a","b"]}]},"flag":3,"type":2,"phase":1,
                         "cursor":"x","limit":3,"asc":true}""",
                        new SubscribeRequest(
                                "c",
                                "t",
                                true,
                                new StreamPosition(7, "e"),
                                Payload.of("[1]"),
                                true,
                                true,
                                true,
                                "fossil",
                                new FilterNode(
                                        "and",
                                        "",
                                        "",
                                        "",
                                        List.of(),
                                        List.of(
                                                leaf("eq", "v", List.of()),
                                                leaf("in", "", List.of("a", "b")))),
                                3,
                                2)),
                arguments("\"unsubscribe\":{\"channel\":\"c\"}", new UnsubscribeRequest("c")),
                arguments(
                        "\"publish\":{\"channel\":\"c\",\"data\":\"x\",\"type\":1,\"key\":\"k\"}",
                        new PublishRequest("c", Payload.of("\"x\""), true, 1)),
                arguments("\"presence\":{\"channel\":\"c\"}", new PresenceRequest("c")),
                arguments("\"presence_stats\":{\"channel\":\"c\"}", new PresenceStatsRequest("c")),
                arguments(
                        """
                        "history":{"channel":"c","limit":-1,"since":{"offset":3,"epoch":"e"},
                         "reverse":true}""",
                        new HistoryRequest("c", -1, new StreamPosition(3, "e"), true)),
                arguments("\"history\":{}", new HistoryRequest("", 0, null, false)),
                arguments(
                        "\"history\":{\"since\":{}}",
                        new HistoryRequest("", 0, StreamPosition.NONE, false)),
                arguments("\"ping\":{\"x\":[{}]}", new PingRequest()),
                arguments("\"send\":{\"data\":1}", new SendRequest(Payload.of("1"))),
                arguments(
                        "\"rpc\":{\"method\":\"m\",\"data\":null}",
                        new RpcRequest("m", Payload.EMPTY)),
                arguments("\"refresh\":{\"token\":\"t\"}", new RefreshRequest("t")),
                arguments(
                        "\"sub_refresh\":{\"channel\":\"c\",\"token\":\"t\",\"type\":1}",
                        new SubRefreshRequest("c", "t", 1)));
    }

    @ParameterizedTest
    @MethodSource("requests")
    void readsEveryField(String field, Request expected) {
        assertThat(decode("{\"id\":7," + field + "}"))
                .isEqualTo(new Decoded(List.of(new Command(7, expected)), null));
        assertThat(decode("{" + field + ",\"new\":{\"a\":[{}]},\"id\":7}"))
                .isEqualTo(new Decoded(List.of(new Command(7, expected)), null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "12",
                "-12.5e-3",
                "true",
                "false",
                "{}",
                "[]",
                "{ \"a\" : \"}\" , \"b\":[ \"]\" ] }",
                "[[[[]]],{}]",
                "\"\"",
                "\"a\\\"b\\\\\"",
                "\"\\u00e9 \u00e9 \ud83d\ude00\"",
                "[\n1,\r\n2]",
                "123456789012345678901234567890.123456789"
            })
    void takesPayloadsByteForByte(String data) {
        for (String between : List.of("", " ", "\t \n")) {
            String asLast = "{\"data\":" + between + data + between + "}";
            String inside = "{\"data\"" + between + ":" + data + between + ",\"method\":\"m\"}";
            assertThat(payload("{\"id\":1,\"rpc\":" + asLast + "}")).isEqualTo(Payload.of(data));
            assertThat(payload("{\"id\":1,\"rpc\":" + inside + "}")).isEqualTo(Payload.of(data));
            assertThat(payload(GOOD + " {\"id\":1,\"rpc\":" + inside + "}\n" + GOOD))
                    .isEqualTo(Payload.of(data));
        }
    }

    @Test
    void takesLongPayloadsByteForByte() {
        for (String unit : List.of("x", "\u00e9", "\ud83d\ude00", "\\n", "\\u00e9")) {
            String data = '"' + unit.repeat(9_000) + '"';
            assertThat(payload("{\"id\":1,\"rpc\":{\"data\":" + data + "}}"))
                    .isEqualTo(Payload.of(data));
        }
        String digits = "7".repeat(60_000);
        assertThat(payload("{\"id\":1,\"rpc\":{\"data\":" + digits + "}}"))
                .isEqualTo(Payload.of(digits));
    }

    @Test
    void takesThePayloadsThatTheCheckLetsPass() {
        String data = "[".repeat(JsonData.MAX_DEPTH) + "]".repeat(JsonData.MAX_DEPTH);
        assertThat(payload("{\"id\":1,\"rpc\":{\"data\":" + data + "}}"))
                .isEqualTo(Payload.of(data));
    }

    @ParameterizedTest
    @CsvSource({"1, true", "1000, true", "1001, false"})
    void knowsWhetherTheCheckWouldLetThePublishedDataPass(int depth, boolean passes) {
        String data = "[".repeat(depth) + "]".repeat(depth);
        Decoded decoded =
                decode("{\"id\":1,\"publish\":{\"channel\":\"c\",\"data\":" + data + "}}");
        assertThat(decoded.commands())
                .containsExactly(
                        new Command(1, new PublishRequest("c", Payload.of(data), passes, 0)));
        assertThat(JsonData.check(Payload.of(data)) instanceof JsonData.Valid).isEqualTo(passes);
    }

    @Test
    void dataThatAreMissingAreNoJson() {
        assertThat(decode("{\"id\":1,\"publish\":{\"channel\":\"c\",\"data\":null}}").commands())
                .containsExactly(new Command(1, new PublishRequest("c", Payload.EMPTY, false, 0)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"%s\n%s", "%s\n%s\n", "%s %s", "%s%s", "\r\n%s\r\n\r\n%s\r\n", "%s\t%s "})
    void readsSeveralCommandsOfAFrame(String format) {
        assertThat(decode(format.formatted(GOOD, GOOD)))
                .isEqualTo(new Decoded(List.of(PING, PING), null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"id\":0}", "{\"new\":1}", "{\"ping\":null}", "{\"id\":null}"})
    void readsTheEmptyCommandAsPong(String frame) {
        assertThat(decode(frame)).isEqualTo(new Decoded(List.of(Command.PONG), null));
    }

    @Test
    void readsIntegersOfAllSizes() {
        assertThat(command("{\"id\":4294967295,\"ping\":{}}").id()).isEqualTo(-1);
        assertThat(command("{\"id\":\"12\",\"ping\":{}}").id()).isEqualTo(12);
        assertThat(since("9007199254740993")).isEqualTo(9007199254740993L);
        assertThat(since("\"9007199254740993\"")).isEqualTo(9007199254740993L);
        assertThat(since("9223372036854775807")).isEqualTo(Long.MAX_VALUE);
        assertThat(since("9223372036854775808")).isEqualTo(Long.MAX_VALUE);
        assertThat(since("18446744073709551615")).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void readsUnusualNamesAndStrings() {
        assertThat(command("{\"id\":1,\"\\u0070ing\":{}}")).isEqualTo(PING);
        assertThat(command("{\"id\":1,\"presence\":{\"channel\":\"\\ud83d\\ude00\\u0000\"}}"))
                .isEqualTo(new Command(1, new PresenceRequest("\ud83d\ude00\u0000")));
        assertThat(command("{\"send\":{}}"))
                .isEqualTo(new Command(0, new SendRequest(Payload.EMPTY)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "[]",
                "1",
                "\"\"",
                "null",
                "{",
                "{\"id\"",
                "{\"id\":",
                "{\"id\":1",
                "{\"id\":1,",
                "{\"id\":1,\"ping\":{}",
                "{\"id\":1,\"ping\":{}}}",
                "{\"id\":1,\"ping\":{}},",
                "{\"id\":1}",
                "{\"id\":1,\"unheard_of\":{}}",
                "{\"id\":1,\"ping\":null}",
                "{\"ping\":{}}",
                "{\"id\":0,\"ping\":{}}",
                "{\"id\":1,\"ping\":{},\"rpc\":{}}",
                "{\"id\":1,\"ping\":{},\"ping\":{}}",
                "{\"id\":1,\"ping\":[]}",
                "{\"id\":1,\"ping\":1}",
                "{\"id\":1,\"rpc\":\"x\"}",
                "{\"id\":-1,\"ping\":{}}",
                "{\"id\":1.0,\"ping\":{}}",
                "{\"id\":1e0,\"ping\":{}}",
                "{\"id\":4294967296,\"ping\":{}}",
                "{\"id\":99999999999999999999999,\"ping\":{}}",
                "{\"id\":\"\",\"ping\":{}}",
                "{\"id\":\"-\",\"ping\":{}}",
                "{\"id\":\"+1\",\"ping\":{}}",
                "{\"id\":\" 1\",\"ping\":{}}",
                "{\"id\":\"\u0661\",\"ping\":{}}",
                "{\"id\":true,\"ping\":{}}",
                "{\"id\":[1],\"ping\":{}}",
                "{\"id\":1,\"presence\":{\"channel\":1}}",
                "{\"id\":1,\"presence\":{\"channel\":{}}}",
                "{\"id\":1,\"presence\":{\"channel\":\"\\ud83d\"}}",
                "{\"id\":1,\"presence\":{\"channel\":\"\\ude00\\ud83d\"}}",
                "{\"id\":1,\"subscribe\":{\"recover\":1}}",
                "{\"id\":1,\"subscribe\":{\"recover\":\"true\"}}",
                "{\"id\":1,\"subscribe\":{\"offset\":-1}}",
                "{\"id\":1,\"subscribe\":{\"offset\":18446744073709551616}}",
                "{\"id\":1,\"subscribe\":{\"tf\":[]}}",
                "{\"id\":1,\"subscribe\":{\"tf\":{\"vals\":{}}}}",
                "{\"id\":1,\"subscribe\":{\"tf\":{\"vals\":[null]}}}",
                "{\"id\":1,\"subscribe\":{\"tf\":{\"vals\":[1",
                "{\"id\":1,\"history\":{\"limit\":2147483648}}",
                "{\"id\":1,\"history\":{\"since\":3}}",
                "{\"id\":1,\"connect\":{\"subs\":[]}}",
                "{\"id\":1,\"connect\":{\"headers\":{\"a\":1}}}",
                "{\"id\":1,\"connect\":{\"headers\":{\"\\ud83d\":\"\"}}}",
                "{\"id\":1,\"rpc\":{\"data\":}}",
                "{\"id\":1,\"rpc\":{\"data\":01}}",
                "{\"id\":1,\"rpc\":{\"data\":1x}}",
                "{\"id\":1,\"rpc\":{\"data\":\"a",
                "{\"id\":1,\"rpc\":{\"data\":\"a\nb\"}}",
                "{\"id\":1,\"rpc\":{\"data\":[1,2}}",
                "{id:1,ping:{}}",
                "{\"id\":1,\"ping\":{}/**/}",
                "\u0000"
            })
    void handsOutTheCommandsBeforeABadOne(String bad) {
        Decoded alone = decode(bad);
        assertThat(alone.problem()).isNotNull();
        Decoded second = decode(GOOD + "\n" + bad + "\n" + GOOD);
        assertThat(second.commands()).startsWith(PING);
        assertThat(second.problem()).isNotNull();
        assertThat(decode(GOOD + "\n" + GOOD + "\n" + bad).commands()).startsWith(PING, PING);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n", "\r\n\t "})
    void aFrameWithoutACommandIsBad(String frame) {
        assertThat(decode(frame)).isEqualTo(new Decoded(List.of(), "no command"));
    }

    @Test
    void refusesOtherEncodingsThanUtf8() {
        for (var charset :
                List.of(
                        StandardCharsets.UTF_16,
                        StandardCharsets.UTF_16BE,
                        StandardCharsets.UTF_16LE,
                        StandardCharsets.UTF_32BE,
                        StandardCharsets.UTF_32LE)) {
            assertThat(CODEC.decode(GOOD.getBytes(charset)).problem()).isNotNull();
        }
        assertThat(decode("\ufeff" + GOOD).problem()).isNotNull();
        byte[] overlong = utf8("{\"id\":1,\"presence\":{\"channel\":\"\u00e9\"}}");
        assertThat(CODEC.decode(overlong).problem()).isNull();
        overlong[overlong.length - 5] = (byte) 0xc0;
        overlong[overlong.length - 4] = (byte) 0x80;
        assertThat(CODEC.decode(overlong).problem()).isEqualTo("not UTF-8");
    }

    @Test
    void refusesDeepNestingWithoutRecursion() {
        String deep = "[".repeat(100_000);
        for (String frame :
                List.of(
                        deep,
                        "{\"id\":1,\"rpc\":{\"data\":" + deep,
                        "{\"new\":" + deep + "]".repeat(100_000) + "}",
                        "{\"a\":".repeat(100_000),
                        "{\"id\":1,\"subscribe\":{\"tf\":" + "{\"nodes\":[".repeat(100_000))) {
            assertThat(decode(frame).problem()).isNotNull();
        }
    }

    @Test
    void limitsTheDepthOfFilters() {
        assertThat(decode(filter(FilterNode.MAX_DEPTH)).problem()).isNull();
        assertThat(decode(filter(FilterNode.MAX_DEPTH + 1)).problem()).isNotNull();
    }

    @Test
    void problemsQuoteNothing() {
        for (String frame : List.of("{\"token\":secret}", "{\"secret", "{\"id\":\"secret\"}")) {
            assertThat(decode(frame).problem()).isNotNull().doesNotContain("secret");
        }
    }

    @Test
    void readsTheConnectRequestOfAUnidirectionalConnection() throws BadFrameException {
        assertThat(CODEC.decodeConnect(utf8("{\"token\":\"t\",\"subs\":{\"c\":{}}}\n")))
                .satisfies(request -> assertThat(request.token()).isEqualTo("t"))
                .satisfies(request -> assertThat(request.subs()).containsOnlyKeys("c"));
        for (String bad : List.of("", "1", "[]", "{", "{}{}", "{} x", "{\"token\":1}")) {
            assertThatExceptionOfType(BadFrameException.class)
                    .isThrownBy(() -> CODEC.decodeConnect(utf8(bad)));
        }
    }

    private static String filter(int depth) {
        return "{\"id\":1,\"subscribe\":{\"tf\":"
                + "{\"nodes\":[".repeat(depth - 1)
                + "{}"
                + "]}".repeat(depth - 1)
                + "}}";
    }

    private static FilterNode leaf(String cmp, String value, List<String> values) {
        return new FilterNode("", "k", cmp, value, values, List.of());
    }

    private static long since(String offset) {
        String frame = "{\"id\":1,\"subscribe\":{\"offset\":" + offset + "}}";
        return ((SubscribeRequest) command(frame).request()).since().offset();
    }

    private static Payload payload(String frame) {
        return decode(frame).commands().stream()
                .map(Command::request)
                .filter(RpcRequest.class::isInstance)
                .map(request -> ((RpcRequest) request).data())
                .findFirst()
                .orElseThrow();
    }

    private static Command command(String frame) {
        Decoded decoded = decode(frame);
        assertThat(decoded.problem()).isNull();
        assertThat(decoded.commands()).hasSize(1);
        return decoded.commands().getFirst();
    }

    private static Decoded decode(String frame) {
        return CODEC.decode(utf8(frame));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
