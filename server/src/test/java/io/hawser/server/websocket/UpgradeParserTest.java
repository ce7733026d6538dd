package io.hawser.server.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Only what is plainly a handshake for one of our paths is one; all else is the HTTP server's. */
class UpgradeParserTest {
    private static final InetAddress PEER = InetAddress.getLoopbackAddress();
    private static final String LINE = "GET /ws HTTP/1.1\r\n";
    private static final String HOST = "Host: h\r\n";
    private static final String UPGRADE = "Upgrade: websocket\r\n";
    private static final String CONNECTION = "Connection: Upgrade\r\n";
    private static final String VERSION = "Sec-WebSocket-Version: 13\r\n";
    private static final String KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    private static final String REST = HOST + UPGRADE + CONNECTION + VERSION + KEY;

    private final UpgradeParser parser = new UpgradeParser(Set.of("/ws", "/ws/uni"));

    private UpgradeParser.Outcome parse(String request) {
        byte[] bytes = request.getBytes(StandardCharsets.ISO_8859_1);
        return parser.parse(ByteBuffer.wrap(bytes), PEER);
    }

    private UpgradeRequest accepted(String request) {
        UpgradeParser.Outcome outcome = parse(request);
        assertThat(outcome).isInstanceOf(UpgradeParser.Outcome.Upgrade.class);
        return ((UpgradeParser.Outcome.Upgrade) outcome).request();
    }

    private static String request(String more) {
        return LINE + REST + more + "\r\n";
    }

    static Stream<Arguments> accepted() {
        return Stream.of(
                Arguments.of("plain", request("")),
                Arguments.of("a longer path", "GET /ws/uni HTTP/1.1\r\n" + REST + "\r\n"),
                Arguments.of("a query", "GET /ws?a=b&c HTTP/1.1\r\n" + REST + "\r\n"),
                Arguments.of("an empty query", "GET /ws? HTTP/1.1\r\n" + REST + "\r\n"),
                Arguments.of(
                        "lower-case names",
                        LINE
                                + REST.replace("Upgrade:", "upgrade:").replace("Host", "host")
                                + "\r\n"),
                Arguments.of(
                        "upper-case values",
                        LINE
                                + HOST
                                + "UPGRADE: WebSocket\r\nCONNECTION: UPGRADE\r\n"
                                + VERSION
                                + KEY
                                + "\r\n"),
                Arguments.of(
                        "a list",
                        LINE
                                + HOST
                                + UPGRADE
                                + "Connection: keep-alive, Upgrade\r\n"
                                + VERSION
                                + KEY
                                + "\r\n"),
                Arguments.of(
                        "a list over two lines",
                        LINE
                                + HOST
                                + UPGRADE
                                + "Connection: keep-alive\r\n"
                                + CONNECTION
                                + VERSION
                                + KEY
                                + "\r\n"),
                Arguments.of(
                        "a list of protocols to upgrade to",
                        LINE
                                + HOST
                                + "Upgrade: h2c, websocket\r\n"
                                + CONNECTION
                                + VERSION
                                + KEY
                                + "\r\n"),
                Arguments.of(
                        "blanks around values",
                        LINE
                                + HOST
                                + "Upgrade: \t websocket \t\r\n"
                                + CONNECTION
                                + VERSION
                                + KEY
                                + "\r\n"),
                Arguments.of("no blank before values", LINE + REST.replace(": ", ":") + "\r\n"),
                Arguments.of("an empty value", request("X-Empty:\r\n")),
                Arguments.of("bytes above 127 in a value", request("X: \u00e9\r\n")),
                Arguments.of("no body, said", request("Content-Length: 0\r\n")),
                Arguments.of("95 more headers", request(headers(95))));
    }

    private static String headers(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "X-" + i + ": v\r\n")
                .collect(Collectors.joining());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void accepted(String what, String request) {
        UpgradeRequest accepted = accepted(request);
        assertThat(accepted.path()).startsWith("/ws");
        assertThat(accepted.key()).isEqualTo("dGhlIHNhbXBsZSBub25jZQ==");
        assertThat(accepted.peer()).isEqualTo(PEER);
    }

    static Stream<Arguments> leftToHttp() {
        String rest = REST + "\r\n";
        return Stream.of(
                Arguments.of("another path", "GET /health HTTP/1.1\r\n" + rest),
                Arguments.of("a path that begins like ours", "GET /ws2 HTTP/1.1\r\n" + rest),
                Arguments.of("a path below ours", "GET /ws/ HTTP/1.1\r\n" + rest),
                Arguments.of("an encoded path", "GET /%77s HTTP/1.1\r\n" + rest),
                Arguments.of("absolute form", "GET http://h/ws HTTP/1.1\r\n" + rest),
                Arguments.of("another method", "POST /ws HTTP/1.1\r\n" + rest),
                Arguments.of("a lower-case method", "get /ws HTTP/1.1\r\n" + rest),
                Arguments.of("a preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
                Arguments.of("a handshake of TLS", "\u0016\u0003\u0001\u0002"),
                Arguments.of("HTTP/1.0", "GET /ws HTTP/1.0\r\n" + rest),
                Arguments.of("HTTP/1.2", "GET /ws HTTP/1.2\r\n" + rest),
                Arguments.of("no version", "GET /ws\r\n" + rest),
                Arguments.of("two blanks", "GET /ws  HTTP/1.1\r\n" + rest),
                Arguments.of("a blank in the query", "GET /ws?a b HTTP/1.1\r\n" + rest),
                Arguments.of("a tab in the query", "GET /ws?a\tb HTTP/1.1\r\n" + rest),
                Arguments.of("a broken percent sign", "GET /ws?a=%4 HTTP/1.1\r\n" + rest),
                Arguments.of("a percent sign alone", "GET /ws?%zz=1 HTTP/1.1\r\n" + rest),
                Arguments.of("no Host", LINE + rest.replace(HOST, "")),
                Arguments.of("two Hosts", request(HOST)),
                Arguments.of("no key", LINE + rest.replace(KEY, "")),
                Arguments.of("two keys", request(KEY)),
                Arguments.of("a short key", LINE + rest.replace("dGhl", "")),
                Arguments.of("a long key", LINE + rest.replace("dGhl", "dGhldGhl")),
                Arguments.of("a key of other signs", LINE + rest.replace("dGhl", "d*hl")),
                Arguments.of("no version of ours", LINE + rest.replace(VERSION, "")),
                Arguments.of("an older version", LINE + rest.replace(": 13", ": 8")),
                Arguments.of("a list of versions", LINE + rest.replace(": 13", ": 13, 8")),
                Arguments.of("two versions", request(VERSION)),
                Arguments.of("no Upgrade", LINE + rest.replace(UPGRADE, "")),
                Arguments.of("another upgrade", LINE + rest.replace("websocket\r", "h2c\r")),
                Arguments.of(
                        "a part of the word", LINE + rest.replace("websocket\r", "websocket2\r")),
                Arguments.of("no Connection", LINE + rest.replace(CONNECTION, "")),
                Arguments.of("a connection kept", LINE + rest.replace(": Upgrade", ": keep-alive")),
                Arguments.of("101 headers", request(headers(96))),
                Arguments.of("a line without a colon", request("nonsense\r\n")),
                Arguments.of("a line without a name", request(": x\r\n")),
                Arguments.of("a folded line", request("X: a\r\n b: c\r\n")),
                Arguments.of("a blank before the colon", request("X : a\r\n")),
                Arguments.of("a name with a bracket", request("X(: a\r\n")),
                Arguments.of("NUL in a value", request("X: a\0b\r\n")),
                Arguments.of("DEL in a value", request("X: a\u007fb\r\n")),
                Arguments.of("CR in a value", request("X: a\rb\r\n")),
                Arguments.of("CR at a value's end", request("X: a\r\r\n")),
                Arguments.of("a control character at a value's end", request("X: a\u001c\r\n")),
                Arguments.of("a control character before it", request("X:\u000ba\r\n")),
                Arguments.of("an empty line first", "\r\n" + request("")),
                Arguments.of("lines that end in LF", request("").replace("\r\n", "\n")),
                Arguments.of("one line that ends in LF", request("X: a\nY: b\r\n")),
                Arguments.of("nothing but LF", LINE.replace("\r\n", "\n")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void leftToHttp(String what, String request) {
        assertThat(parse(request)).isInstanceOf(UpgradeParser.Outcome.Http.class);
    }

    /** Whoever stands before this node may see another request than we do: we want no body. */
    static Stream<Arguments> smuggling() {
        return Stream.of(
                Arguments.of("a body", "Content-Length: 5\r\n"),
                Arguments.of("none, then one", "Content-Length: 0\r\nContent-Length: 5\r\n"),
                Arguments.of("one, then none", "Content-Length: 5\r\nContent-Length: 0\r\n"),
                Arguments.of("none twice", "Content-Length: 0\r\nContent-Length: 0\r\n"),
                Arguments.of("a list", "Content-Length: 0, 5\r\n"),
                Arguments.of("a sign", "Content-Length: +0\r\n"),
                Arguments.of("two digits", "Content-Length: 00\r\n"),
                Arguments.of("no number", "Content-Length:\r\n"),
                Arguments.of("chunked", "Transfer-Encoding: chunked\r\n"),
                Arguments.of("chunked in disguise", "transfer-encoding: \tx, Chunked\r\n"),
                Arguments.of("both", "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n"),
                Arguments.of("identity", "Transfer-Encoding: identity\r\n"),
                Arguments.of("a blank in the name", "Transfer-Encoding : chunked\r\n"),
                Arguments.of("a folded encoding", "X: y\r\n Transfer-Encoding: chunked\r\n"),
                Arguments.of("behind a CR", "X: y\rTransfer-Encoding: chunked\r\n"),
                Arguments.of("behind an LF", "X: y\nTransfer-Encoding: chunked\r\n"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void smuggling(String what, String headers) {
        assertThat(parse(request(headers) + "0\r\n\r\n"))
                .isInstanceOf(UpgradeParser.Outcome.Http.class);
    }

    @Test
    void isIncompleteAtEveryCut() {
        String request = "GET /ws/uni?a=b HTTP/1.1\r\n" + REST + "\r\n";
        for (int i = 0; i < request.length(); i++) {
            assertThat(parse(request.substring(0, i)))
                    .as("%d", i)
                    .isInstanceOf(UpgradeParser.Outcome.Incomplete.class);
        }
        assertThat(parse(request)).isInstanceOf(UpgradeParser.Outcome.Upgrade.class);
    }

    @Test
    void whatFollowsIsNotPartOfTheRequest() {
        String request = request("");
        for (String more : List.of("x", "\n", "\r\n\r\n", "\u0081\u0080", "a\nb")) {
            assertThat(parse(request + more))
                    .isInstanceOfSatisfying(
                            UpgradeParser.Outcome.Upgrade.class,
                            upgrade -> assertThat(upgrade.length()).isEqualTo(request.length()));
        }
    }

    @Test
    void doesNotMoveThePosition() {
        ByteBuffer bytes = ByteBuffer.wrap(request("").getBytes(StandardCharsets.US_ASCII));
        parser.parse(bytes, PEER);
        assertThat(bytes.position()).isZero();
    }

    @Test
    void aHeadAboveTheLimitIsLeftToHttp() {
        int room = UpgradeParser.MAX_HEAD_BYTES - request("X: \r\n").length();
        String fits = request("X: " + "x".repeat(room) + "\r\n");
        assertThat(fits).hasSize(UpgradeParser.MAX_HEAD_BYTES);
        assertThat(parse(fits)).isInstanceOf(UpgradeParser.Outcome.Upgrade.class);
        assertThat(parse(fits + "more")).isInstanceOf(UpgradeParser.Outcome.Upgrade.class);
        assertThat(parse(request("X: x" + "x".repeat(room) + "\r\n")))
                .isInstanceOf(UpgradeParser.Outcome.Http.class);
        assertThat(parse(LINE + "X: " + "x".repeat(10_000)))
                .isInstanceOf(UpgradeParser.Outcome.Http.class);
    }

    @Test
    void decodesTheQuery() {
        UpgradeRequest request =
                accepted(
                        "GET /ws?a=1&a=%32&b=x%20y+z&%c3%a9=%E2%82%AC&flag&=empty&e== HTTP/1.1\r\n"
                                + REST
                                + "\r\n");
        assertThat(request.query()).startsWith("a=1&a=%32");
        assertThat(request.parameters())
                .containsEntry("a", List.of("1", "2"))
                .containsEntry("b", List.of("x y z"))
                .containsEntry("é", List.of("€"))
                .containsEntry("flag", List.of(""))
                .containsEntry("", List.of("empty"))
                .containsEntry("e", List.of("="));
        assertThat(request.parameter("a")).isEqualTo("1");
        assertThat(request.parameter("none")).isEmpty();
        assertThat(accepted(request("")).parameters()).isEmpty();
    }

    @Test
    void keepsHeadersInTheirOrder() {
        UpgradeRequest request =
                accepted(request("X-Forwarded-For: a\r\nx-forwarded-for: b, c\r\nOrigin: o\r\n"));
        assertThat(request.headers()).containsEntry("x-forwarded-for", List.of("a", "b, c"));
        assertThat(request.header("x-forwarded-for")).isEqualTo("a");
        assertThat(request.lastHeader("x-forwarded-for")).isEqualTo("b, c");
        assertThat(request.header("nothing")).isNull();
        assertThat(request.lastHeader("nothing")).isNull();
    }

    @Test
    void listsSubprotocolsInTheClientsOrder() {
        UpgradeRequest request =
                accepted(
                        request("Sec-WebSocket-Protocol: b, a,,\r\nSec-WebSocket-Protocol: c\r\n"));
        assertThat(request.subprotocols()).containsExactly("b", "a", "c");
        assertThat(accepted(request("")).subprotocols()).isEmpty();
    }
}
