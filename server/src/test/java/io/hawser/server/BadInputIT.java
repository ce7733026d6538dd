package io.hawser.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.server.config.ConfigLoader;
import io.hawser.server.config.HawserConfig;
import io.hawser.server.security.TokenIssuer;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.net.ServerSocket;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Whatever a client sends, the answer is the one that the protocol names, and a bystander on the
 * same node notices nothing.
 */
class BadInputIT {
    private static final String SECRET = "a secret of the tests, 32 bytes or more";
    private static final String WEBSOCKET = "/connection/websocket";

    private static HawserServer server;
    private RawWebSocket bystander;

    @BeforeAll
    static void start() throws Exception {
        server = HawserServer.start(config());
    }

    private static HawserConfig config(String... more) {
        List<String> sets =
                new ArrayList<>(
                        List.of(
                                "node.id=bad-input",
                                "node.host=127.0.0.1",
                                "node.port=0",
                                "admin.port=0",
                                "grid.port=0",
                                "token.hmac_secret=" + SECRET,
                                "client.ping_interval=1h",
                                "namespaces=[{name: open, options: {allow_subscribe_for_client: true,"
                                        + " allow_publish_for_client: true}},"
                                        + " {name: bytes, options: {allow_subscribe_for_client: true,"
                                        + " data_format: binary}}]"));
        Collections.addAll(sets, more);
        return ConfigLoader.load(Optional.empty(), Map.of(), sets);
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void bystanderSubscribes() throws IOException {
        bystander = connected();
        bystander.text("{\"id\":2,\"subscribe\":{\"channel\":\"open:bystander\"}}");
        assertThat(bystander.read().text()).contains("\"id\":2").contains("subscribe");
    }

    @AfterEach
    void bystanderIsUndisturbed() throws IOException {
        bystander.text(
                "{\"id\":3,\"publish\":{\"channel\":\"open:bystander\",\"data\":{\"still\":\"here\"}}}");
        String first = bystander.read().text();
        String all =
                first.contains("\"id\":3") && first.contains("\"still\"")
                        ? first
                        : first + bystander.read().text();
        assertThat(all).contains("\"still\":\"here\"").contains("{\"id\":3,\"publish\":{}}");
        bystander.close();
    }

    private static String token() {
        return new TokenIssuer(SECRET).connection("user", Instant.now()).sign();
    }

    private static String connect() {
        return "{\"id\":1,\"connect\":{\"token\":\"" + token() + "\"}}";
    }

    private static RawWebSocket connected() throws IOException {
        var socket = new RawWebSocket(server.publicPort(), WEBSOCKET, "");
        assertThat(socket.status()).contains("101");
        socket.text(connect());
        assertThat(socket.read().text()).contains("\"connect\"");
        return socket;
    }

    /** Messages that end a connected client's connection. */
    static Stream<Arguments> closing() {
        return Stream.of(
                Arguments.of("not JSON", "hello", 3501),
                Arguments.of("half a command", "{\"id\":9,\"publish\":", 3501),
                Arguments.of("an array", "[]", 3501),
                Arguments.of("no text at all", "", 3501),
                Arguments.of("unknown command", "{\"id\":9,\"fly\":{}}", 3501),
                Arguments.of(
                        "missing id", "{\"publish\":{\"channel\":\"open:x\",\"data\":1}}", 3501),
                Arguments.of("id of zero", "{\"id\":0,\"ping\":{}}", 3501),
                Arguments.of("two requests", "{\"id\":9,\"ping\":{},\"rpc\":{}}", 3501),
                Arguments.of("second connect", "{\"id\":9,\"connect\":{}}", 3501),
                Arguments.of("pong without a ping", "{}", 3501),
                Arguments.of("send without a handler", "{\"send\":{\"data\":{}}}", 3508),
                Arguments.of("empty channel", "{\"id\":9,\"subscribe\":{\"channel\":\"\"}}", 3501),
                Arguments.of("refresh without a token", "{\"id\":9,\"refresh\":{}}", 3501),
                Arguments.of(
                        "refresh by a forger",
                        "{\"id\":9,\"refresh\":{\"token\":\"a.b.c\"}}",
                        3500));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("closing")
    void closes(String what, String message, int code) throws IOException {
        try (var socket = connected()) {
            socket.text(message);
            assertThat(socket.closeCode()).isEqualTo(code);
        }
    }

    /** Messages that get an error and leave the connection as it was. */
    static Stream<Arguments> refused() {
        String longName = "open:" + "x".repeat(251);
        return Stream.of(
                Arguments.of("unknown namespace", subscribe("nowhere:x"), 102),
                Arguments.of("not allowed", subscribe("plain"), 103),
                Arguments.of("private channel without a token", subscribe("$open:x"), 103),
                Arguments.of("somebody else's channel", subscribe("open:x#other"), 103),
                Arguments.of("name of 256 bytes", subscribe(longName), 107),
                Arguments.of(
                        "forged subscription token",
                        "{\"id\":9,\"subscribe\":{\"channel\":\"$open:x\",\"token\":\"a.b.c\"}}",
                        103),
                Arguments.of("binary channel to a JSON client", subscribe("bytes:x"), 108),
                Arguments.of("publish not allowed", publish("bytes:x", "1"), 103),
                Arguments.of(
                        "publish without data",
                        "{\"id\":9,\"publish\":{\"channel\":\"open:x\"}}",
                        107),
                Arguments.of("publish into nowhere", publish("nowhere:x", "1"), 102),
                Arguments.of(
                        "data nested too deep",
                        publish("open:x", "[".repeat(1001) + "]".repeat(1001)),
                        107),
                Arguments.of(
                        "presence that is off",
                        "{\"id\":9,\"presence\":{\"channel\":\"open:x\"}}",
                        108),
                Arguments.of(
                        "history that is off",
                        "{\"id\":9,\"history\":{\"channel\":\"open:x\"}}",
                        108),
                Arguments.of(
                        "rpc without a backend", "{\"id\":9,\"rpc\":{\"method\":\"x\"}}", 108));
    }

    private static String subscribe(String channel) {
        return "{\"id\":9,\"subscribe\":{\"channel\":\"" + channel + "\"}}";
    }

    private static String publish(String channel, String data) {
        return "{\"id\":9,\"publish\":{\"channel\":\"" + channel + "\",\"data\":" + data + "}}";
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void refuses(String what, String message, int code) throws IOException {
        try (var socket = connected()) {
            socket.text(message);
            assertThat(socket.read().text()).contains("\"id\":9").contains("\"code\":" + code);
            socket.text("{\"id\":10,\"ping\":{}}");
            assertThat(socket.read().text()).contains("\"id\":10");
        }
    }

    @Test
    void aRepeatedIdIsAnsweredUnderThatId() throws IOException {
        try (var socket = connected()) {
            socket.text("{\"id\":5,\"ping\":{}}");
            assertThat(socket.read().text()).contains("\"id\":5");
            socket.text("{\"id\":5,\"ping\":{}}");
            assertThat(socket.read().text()).contains("\"id\":5");
        }
    }

    @Test
    void aSubscriptionTwiceIs105AndThe129thIs106() throws IOException {
        try (var socket = connected()) {
            for (int i = 1; i <= 128; i++) {
                socket.text("{\"id\":" + i + ",\"subscribe\":{\"channel\":\"open:" + i + "\"}}");
                assertThat(socket.read().text()).contains("\"subscribe\"");
            }
            socket.text(subscribe("open:1"));
            assertThat(socket.read().text()).contains("\"code\":105");
            socket.text(subscribe("open:129"));
            assertThat(socket.read().text()).contains("\"code\":106");
        }
    }

    @Test
    void aCommandBeforeConnectIsABadRequest() throws IOException {
        try (var socket = new RawWebSocket(server.publicPort(), WEBSOCKET, "")) {
            socket.text("{\"id\":1,\"ping\":{}}");
            assertThat(socket.closeCode()).isEqualTo(3501);
        }
    }

    @Test
    void whoNeverConnectsIsStale() throws Exception {
        // Of its own: everybody else may be slow to connect.
        try (var hasty = HawserServer.start(config("client.connect_timeout=1s", "node.id=hasty"));
                var socket = new RawWebSocket(hasty.publicPort(), WEBSOCKET, "")) {
            assertThat(socket.closeCode()).isEqualTo(3502);
        }
    }

    /** Tokens of a connect, and what becomes of them: an error code, or a close code from 3000. */
    static Stream<Arguments> tokens() {
        Instant now = Instant.now();
        var others = new TokenIssuer("another secret that is as long as ours");
        var ours = new TokenIssuer(SECRET);
        return Stream.of(
                Arguments.of("none", "", 101),
                Arguments.of("garbage", "x", 3500),
                Arguments.of("forged", others.connection("user", now).sign(), 3500),
                Arguments.of(
                        "expired",
                        ours.connection("user", now).expiresAt(now.minusSeconds(60)).sign(),
                        109),
                Arguments.of(
                        "for a subscription",
                        ours.subscription("user", "open:x", now).sign() + "x",
                        3500));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tokens")
    void judgesTokens(String what, String token, int code) throws IOException {
        try (var socket = new RawWebSocket(server.publicPort(), WEBSOCKET, "")) {
            socket.text("{\"id\":1,\"connect\":{\"token\":\"" + token + "\"}}");
            if (code >= 3000) {
                assertThat(socket.closeCode()).isEqualTo(code);
            } else {
                assertThat(socket.read().text()).contains("\"code\":" + code);
            }
        }
    }

    @Test
    void theTokenMayComeInTheAddress() throws IOException {
        try (var socket =
                new RawWebSocket(server.publicPort(), WEBSOCKET + "?token=" + token(), "")) {
            socket.text("{\"id\":1,\"connect\":{}}");
            assertThat(socket.read().text()).contains("\"connect\"").contains("\"client\"");
        }
    }

    @Test
    void aMessageAboveTheLimitCloses1009() throws IOException {
        try (var socket = connected()) {
            socket.text(" ".repeat(65_537));
            assertThat(socket.closeCode()).isEqualTo(1009);
        }
    }

    @Test
    void aMessageAtTheLimitIsTaken() throws IOException {
        try (var socket = connected()) {
            String ping = "{\"id\":7,\"ping\":{}}";
            socket.text(ping + " ".repeat(65_536 - ping.length()));
            assertThat(socket.read().text()).contains("\"id\":7");
        }
    }

    @Test
    void invalidUtf8Closes1007() throws IOException {
        try (var socket = connected()) {
            socket.send(RawWebSocket.TEXT, new byte[] {'{', (byte) 0xc3, (byte) 0x28, '}'});
            assertThat(socket.closeCode()).isEqualTo(1007);
        }
    }

    @Test
    void aBinaryFrameOnAJsonConnectionIsInappropriate() throws IOException {
        try (var socket = connected()) {
            socket.send(RawWebSocket.BINARY, new byte[] {1, 2, 3});
            assertThat(socket.closeCode()).isEqualTo(3506);
        }
    }

    @Test
    void truncatedProtobufIsABadRequest() throws IOException {
        try (var socket =
                new RawWebSocket(
                        server.publicPort(),
                        WEBSOCKET,
                        "Sec-WebSocket-Protocol: centrifuge-protobuf\r\n")) {
            socket.send(RawWebSocket.BINARY, new byte[] {40, 8, 1, 34});
            assertThat(socket.closeCode()).isEqualTo(3501);
        }
    }

    @Test
    void commandsBeforeABadOneInTheSameFrameAreAnswered() throws IOException {
        try (var socket = connected()) {
            socket.text("{\"id\":8,\"ping\":{}}\nnonsense");
            assertThat(socket.read().text()).contains("\"id\":8");
            assertThat(socket.closeCode()).isEqualTo(3501);
        }
    }

    @Test
    void foreignOriginsAndPlainRequestsDoNotGetThrough() throws IOException {
        try (var socket =
                new RawWebSocket(
                        server.publicPort(), WEBSOCKET, "Origin: https://evil.example\r\n")) {
            assertThat(socket.status()).contains("403");
        }
        try (var own =
                new RawWebSocket(
                        server.publicPort(),
                        WEBSOCKET,
                        "Origin: http://127.0.0.1:" + server.publicPort() + "\r\n")) {
            assertThat(own.status()).contains("101");
        }
    }

    @Test
    void aPortInUseIsSaid() throws IOException {
        try (var taken = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            HawserConfig config = config("node.port=" + taken.getLocalPort(), "node.id=second");
            assertThatThrownBy(() -> HawserServer.start(config))
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("127.0.0.1:" + taken.getLocalPort())
                    .hasMessageContaining("node.port");
        }
    }

    @Test
    void aFullNodeSaysSoBeforeTheUpgrade() throws Exception {
        try (var full = HawserServer.start(config("node.max_connections=1", "node.id=full"))) {
            try (var first = new RawWebSocket(full.publicPort(), WEBSOCKET, "")) {
                first.text(connect());
                assertThat(first.read().text()).contains("\"connect\"");
                try (var second = new RawWebSocket(full.publicPort(), WEBSOCKET, "")) {
                    assertThat(second.status()).contains("503");
                }
            }
        }
    }
}
