package io.hawser.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.server.config.ConfigLoader;
import io.hawser.server.config.HawserConfig;
import io.hawser.server.security.TokenIssuer;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/** The transports for clients without WebSockets, byte by byte, on one node. */
class StreamsIT {
    private static final String SECRET = "a secret of the tests, 32 bytes or more";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String HTTP_STREAM = "/connection/http_stream";
    private static final String UNI_LINES = "/connection/uni_http_stream";
    private static final int MAX_MESSAGE_BYTES = 4096;

    private static HawserServer server;

    /** For those who wait for a ping, or never answer one. */
    private static HawserServer hasty;

    @BeforeAll
    static void start() throws Exception {
        server = HawserServer.start(config());
        hasty =
                HawserServer.start(
                        config(
                                "node.id=hasty",
                                "client.ping_interval=1s",
                                "client.pong_timeout=900ms"));
    }

    private static HawserConfig config(String... more) {
        var sets =
                new ArrayList<>(
                        List.of(
                                "node.id=streams",
                                "node.host=127.0.0.1",
                                "node.port=0",
                                "admin.port=0",
                                "grid.port=0",
                                "api.key=key",
                                "token.hmac_secret=" + SECRET,
                                "client.message_max_size=" + MAX_MESSAGE_BYTES + "B",
                                "client.ping_interval=1h",
                                "client.allowed_origins=[https://app.example]",
                                "namespaces=[{name: open, options: {allow_subscribe_for_client: true,"
                                        + " allow_publish_for_client: true}}]"));
        Collections.addAll(sets, more);
        return ConfigLoader.load(Optional.empty(), Map.of(), sets);
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
        if (hasty != null) {
            hasty.close();
        }
    }

    private static String token(String... channels) {
        return new TokenIssuer(SECRET)
                .connection("user", Instant.now())
                .channels(List.of(channels))
                .sign();
    }

    private static String connect(String token) {
        return "{\"id\":1,\"connect\":{\"token\":\"" + token + "\"}}";
    }

    private static String inUrl(String path, String connect) {
        return path + "?cf_connect=" + URLEncoder.encode(connect, StandardCharsets.UTF_8);
    }

    private static RawStream post(String path, String body, String... headers) throws IOException {
        return RawStream.post(server.publicPort(), path, body, headers);
    }

    private static RawStream get(String target, String... headers) throws IOException {
        return RawStream.get(server.publicPort(), target, headers);
    }

    /** What the connect reply tells a client about its way back. */
    private record Way(String node, String session) {
        static Way of(String reply) {
            JsonNode connect = JSON.readTree(reply).path("connect");
            assertThat(connect.path("pong").asBoolean()).isTrue();
            return new Way(connect.path("node").asString(""), connect.path("session").asString(""));
        }

        String request(String data) {
            return JSON.writeValueAsString(Map.of("node", node, "session", session, "data", data));
        }
    }

    private static int emulate(String body, String... headers) throws IOException {
        try (RawStream answer = post("/emulation", body, headers)) {
            return answer.status();
        }
    }

    private static void say(Way way, String data) throws IOException {
        assertThat(emulate(way.request(data))).isEqualTo(204);
    }

    private static String publishAs(String channel, String data) {
        return "{\"id\":7,\"publish\":{\"channel\":\"" + channel + "\",\"data\":" + data + "}}";
    }

    // Both ways

    @Test
    void aStreamOfLinesSpeaksAndHears() throws IOException {
        try (RawStream stream = post("/connection/http_stream", connect(token()))) {
            assertThat(stream.status()).isEqualTo(200);
            assertThat(stream.header("Content-Type")).startsWith("application/json");
            assertThat(stream.header("Cache-Control"))
                    .isEqualTo("private, no-cache, no-store, must-revalidate, max-age=0");
            assertThat(stream.header("X-Accel-Buffering")).isEqualTo("no");
            assertThat(stream.header("Content-Encoding")).isEmpty();
            Way way = Way.of(stream.line());
            assertThat(way.node()).isEqualTo("streams");
            assertThat(way.session()).hasSizeGreaterThan(20);

            say(way, "{\"id\":2,\"subscribe\":{\"channel\":\"open:lines\"}}");
            assertThat(stream.line()).startsWith("{\"id\":2,\"subscribe\":{");
            say(way, publishAs("open:lines", "{\"a\":1}") + "\n{\"id\":8,\"ping\":{}}");
            List<String> got = List.of(stream.line(), stream.line(), stream.line());
            assertThat(got).anyMatch(line -> line.contains("\"data\":{\"a\":1}"));
            assertThat(got).contains("{\"id\":7,\"publish\":{}}", "{\"id\":8,\"ping\":{}}");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST"})
    void eventsSpeakAndHear(String method) throws IOException {
        String connect = connect(token());
        try (RawStream stream =
                method.equals("GET")
                        ? get(inUrl("/connection/sse", connect))
                        : post("/connection/sse", connect)) {
            assertThat(stream.status()).isEqualTo(200);
            assertThat(stream.header("Content-Type")).isEqualTo("text/event-stream");
            Way way = Way.of(stream.event());
            say(way, "{\"id\":2,\"subscribe\":{\"channel\":\"open:events\"}}");
            assertThat(stream.event()).startsWith("{\"id\":2,\"subscribe\":{");
            say(way, publishAs("open:events", "[1,\\r\\n2]".translateEscapes()));
            assertThat(List.of(stream.event(), stream.event()))
                    .anyMatch(event -> event.contains("\"data\":[1,2]"));
        }
    }

    @Test
    void theConnectMayBringItsSubscriptions() throws IOException {
        String both = connect(token()) + "\n{\"id\":2,\"subscribe\":{\"channel\":\"open:first\"}}";
        try (RawStream stream = post("/connection/http_stream", both)) {
            assertThat(stream.line()).contains("\"connect\"");
            assertThat(stream.line()).startsWith("{\"id\":2,\"subscribe\":{");
        }
    }

    @Test
    void protobufComesDelimited() throws IOException {
        byte[] token = new Proto().bytes(1, utf8(token())).message();
        byte[] connect = new Proto().number(1, 1).bytes(4, token).delimited();
        try (RawStream stream =
                RawStream.send(
                        server.publicPort(),
                        "POST",
                        "/connection/http_stream",
                        connect,
                        "Content-Type: application/octet-stream")) {
            assertThat(stream.header("Content-Type")).isEqualTo("application/octet-stream");
            byte[] reply = stream.delimited();
            assertThat(reply).startsWith(8, 1); // id 1
            String text = new String(reply, StandardCharsets.ISO_8859_1);
            int session = text.indexOf('J', text.indexOf("0.1.0")); // field 9
            String secret = text.substring(session + 2, session + 2 + text.charAt(session + 1));
            byte[] ping = {4, 8, 5, 90, 0}; // length 4, id 5, ping {}
            byte[] request =
                    new Proto()
                            .bytes(1, utf8("streams"))
                            .bytes(2, utf8(secret))
                            .bytes(3, ping)
                            .message();
            try (RawStream answer =
                    RawStream.send(
                            server.publicPort(),
                            "POST",
                            "/emulation",
                            request,
                            "Content-Type: application/octet-stream")) {
                assertThat(answer.status()).isEqualTo(204);
            }
            assertThat(stream.delimited()).startsWith(8, 5);
        }
    }

    /** A Protobuf message in the making; nothing in it is longer than 16 KiB. */
    private static final class Proto {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Proto number(int field, int value) {
            out.write(field << 3);
            out.write(value);
            return this;
        }

        Proto bytes(int field, byte[] value) {
            out.write(field << 3 | 2);
            return raw(length(value.length)).raw(value);
        }

        private Proto raw(byte[] bytes) {
            out.writeBytes(bytes);
            return this;
        }

        byte[] message() {
            return out.toByteArray();
        }

        byte[] delimited() {
            return new Proto().raw(length(out.size())).raw(message()).message();
        }

        private static byte[] length(int value) {
            return value < 128
                    ? new byte[] {(byte) value}
                    : new byte[] {(byte) ((value & 127) | 128), (byte) (value >> 7)};
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void aClientThatDoesNotAnswerPingsIsToldSo() throws Exception {
        try (RawStream stream = RawStream.post(hasty.publicPort(), HTTP_STREAM, connect(token()))) {
            Way.of(stream.line());
            assertThat(stream.line()).isEqualTo("{}");
            assertThat(nextButPings(stream::line))
                    .isEqualTo(
                            "{\"push\":{\"disconnect\":{\"code\":3012,\"reason\":\"no pong\","
                                    + "\"reconnect\":true}}}");
            assertThat(stream.endsHere()).isTrue();
        }
    }

    /** A node that was held up itself pings again before it gives a client up. */
    private static String nextButPings(Callable<String> read) throws Exception {
        String next = read.call();
        while (next.equals("{}")) {
            next = read.call();
        }
        return next;
    }

    /** The second ping comes only to who has answered the first, who may be held up for a while. */
    @Test
    void aPongByEmulationKeepsTheConnection() throws Exception {
        try (var patient =
                        HawserServer.start(
                                config(
                                        "node.id=patient",
                                        "client.ping_interval=6s",
                                        "client.pong_timeout=5s"));
                RawStream stream =
                        RawStream.post(patient.publicPort(), HTTP_STREAM, connect(token()))) {
            String pong = Way.of(stream.line()).request("{}");
            for (int i = 0; i < 2; i++) {
                assertThat(stream.line()).isEqualTo("{}");
                try (RawStream answer = RawStream.post(patient.publicPort(), "/emulation", pong)) {
                    assertThat(answer.status()).isEqualTo(204);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"not json,3501", "'{\"id\":1,\"ping\":{}}',3501", "'{\"id\":1}',3501"})
    void aBadFirstMessageEndsWithAReason(String body, int code) throws IOException {
        try (RawStream lines = post("/connection/http_stream", body);
                RawStream events = get(inUrl("/connection/sse", body))) {
            assertThat(lines.line()).contains("\"disconnect\":{\"code\":" + code);
            assertThat(lines.endsHere()).isTrue();
            assertThat(events.event()).contains("\"disconnect\":{\"code\":" + code);
            assertThat(events.endsHere()).isTrue();
        }
    }

    @Test
    void badCommandsEndTheStreamWithAReason() throws IOException {
        try (RawStream stream = post("/connection/http_stream", connect(token()))) {
            say(Way.of(stream.line()), "nonsense");
            assertThat(stream.line()).contains("\"disconnect\":{\"code\":3501");
            assertThat(stream.endsHere()).isTrue();
        }
    }

    // One way

    @Test
    void unidirectionalEventsAreBarePushes() throws Exception {
        String connect = "{\"token\":\"" + token("open:uni") + "\"}";
        try (RawStream stream =
                RawStream.get(hasty.publicPort(), inUrl("/connection/uni_sse", connect))) {
            assertThat(stream.event()).startsWith("{\"connect\":{\"client\":").contains("open:uni");
            api(hasty, "publish", "{\"channel\":\"open:uni\",\"data\":{\"b\":2}}");
            assertThat(nextButPings(stream::event))
                    .startsWith("{\"channel\":\"open:uni\",\"pub\":{\"data\":{\"b\":2},");
            assertThat(stream.event()).isEqualTo("{}");
            api(hasty, "disconnect", "{\"user\":\"user\"}");
            assertThat(nextButPings(stream::event))
                    .isEqualTo("{\"disconnect\":{\"code\":3503,\"reason\":\"force disconnect\"}}");
            assertThat(stream.endsHere()).isTrue();
        }
    }

    @Test
    void unidirectionalLinesAreBarePushes() throws Exception {
        String connect = "{\"token\":\"" + token("open:unilines") + "\"}";
        try (RawStream stream = post("/connection/uni_http_stream", connect)) {
            assertThat(stream.line()).startsWith("{\"connect\":{\"client\":");
            api("publish", "{\"channel\":\"open:unilines\",\"data\":3}");
            assertThat(stream.line())
                    .startsWith("{\"channel\":\"open:unilines\",\"pub\":{\"data\":3,");
        }
    }

    @Test
    void unidirectionalRefusalsAreDisconnects() throws IOException {
        try (RawStream stream = post("/connection/uni_http_stream", "{}")) {
            assertThat(stream.line()).startsWith("{\"disconnect\":{\"code\":3004");
            assertThat(stream.endsHere()).isTrue();
        }
    }

    /** The value of the disconnect counter with this label, 0 if there is none. */
    private static double metric(String label) throws Exception {
        try (var http = HttpClient.newHttpClient()) {
            var request =
                    HttpRequest.newBuilder(
                                    URI.create(
                                            "http://127.0.0.1:" + server.adminPort() + "/metrics"))
                            .build();
            return http.send(request, HttpResponse.BodyHandlers.ofString())
                    .body()
                    .lines()
                    .filter(line -> line.contains("disconnect") && line.contains(label))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                    .sum();
        }
    }

    private static void api(String method, String body) throws Exception {
        api(server, method, body);
    }

    private static void api(HawserServer node, String method, String body) throws Exception {
        try (var http = HttpClient.newHttpClient()) {
            var request =
                    HttpRequest.newBuilder(
                                    URI.create(
                                            "http://127.0.0.1:"
                                                    + node.adminPort()
                                                    + "/api/"
                                                    + method))
                            .header("X-API-Key", "key")
                            .POST(HttpRequest.BodyPublishers.ofString(body))
                            .build();
            assertThat(http.send(request, HttpResponse.BodyHandlers.ofString()).body())
                    .contains("\"result\"");
        }
    }

    // Slow

    private static final int LARGE_BYTES = 4_000;

    private static String large(int n) {
        return "{\"n\":" + n + ",\"fill\":\"" + "x".repeat(LARGE_BYTES) + "\"}";
    }

    /** Far more than the kernel takes, less than may wait: chunks are written in parts. */
    @Test
    void whatASlowClientReadsLateIsWhole() throws Exception {
        String connect = "{\"token\":\"" + token("open:late") + "\"}";
        try (RawStream slow = RawStream.slowPost(server.publicPort(), UNI_LINES, connect)) {
            assertThat(slow.line()).startsWith("{\"connect\":");
            for (int n = 0; n < 150; n++) {
                api("publish", "{\"channel\":\"open:late\",\"data\":" + large(n) + "}");
            }
            for (int n = 0; n < 150; n++) {
                assertThat(slow.line()).contains("\"data\":" + large(n) + ",");
            }
        }
    }

    @Test
    void aClientThatReadsTooSlowlyIsCutOff() throws Exception {
        String connect = "{\"token\":\"" + token("open:never") + "\"}";
        try (RawStream slow = RawStream.slowPost(server.publicPort(), UNI_LINES, connect)) {
            assertThat(slow.line()).startsWith("{\"connect\":");
            double before = slowOnes();
            for (int n = 0; slowOnes() == before; n++) {
                assertThat(n).isLessThan(2_000);
                api("publish", "{\"channel\":\"open:never\",\"data\":" + large(n) + "}");
            }
        }
    }

    private static double slowOnes() throws Exception {
        return metric("code=\"3008\"");
    }

    // Gone

    /** Nothing is sent to it, so that only reading can tell. */
    @Test
    void aClientThatGoesIsNoticedWithoutAWriteThatFails() throws IOException {
        String connect = "{\"token\":\"" + token() + "\"}";
        try (RawStream stream = post("/connection/uni_http_stream", connect)) {
            assertThat(stream.line()).contains("\"connect\"");
            stream.halfClose();
            assertThat(stream.isCut()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/connection/http_stream", "/connection/sse"})
    void theSessionOfAClientThatWentIsUnknown(String path) throws IOException {
        Way gone;
        try (RawStream stream = post(path, connect(token()))) {
            String first = stream.next(path.endsWith("sse") ? "\n\n" : "\n");
            gone = Way.of(first.replace("data: ", ""));
        }
        await().atMost(LIMIT).until(() -> emulate(gone.request("{\"id\":9,\"ping\":{}}")) == 404);
    }

    // Bad requests

    static Stream<Arguments> badStreams() {
        String large = "x".repeat(MAX_MESSAGE_BYTES + 1);
        return Stream.of(
                Arguments.of("GET", "/connection/http_stream", "", 405),
                Arguments.of("PUT", "/connection/http_stream", "{}", 405),
                Arguments.of("DELETE", "/connection/sse", "", 405),
                Arguments.of("POST", "/connection/http_stream", "", 400),
                Arguments.of("GET", "/connection/sse", "", 400),
                Arguments.of("GET", "/connection/uni_sse", "", 400),
                Arguments.of("GET", "/connection/uni_http_stream?cf_connect=", "", 400),
                Arguments.of("POST", "/connection/http_stream", large, 413),
                Arguments.of("POST", "/connection/sse", large, 413),
                Arguments.of("GET", "/connection/unknown", "", 426));
    }

    @ParameterizedTest(name = "{0} {1} {3}")
    @MethodSource("badStreams")
    void badRequestsBecomeNoStream(String method, String target, String body, int status)
            throws IOException {
        try (RawStream answer =
                RawStream.send(
                        server.publicPort(),
                        method,
                        target,
                        body.getBytes(StandardCharsets.UTF_8))) {
            assertThat(answer.status()).isEqualTo(status);
            if (status == 405) {
                assertThat(answer.header("Allow")).contains("POST");
            }
        }
    }

    @Test
    void onlyHttpStreamsSpeakProtobuf() throws IOException {
        for (String path : List.of("sse", "uni_sse", "uni_http_stream")) {
            try (RawStream answer =
                    post("/connection/" + path, "x", "Content-Type: application/octet-stream")) {
                assertThat(answer.status()).isEqualTo(415);
            }
        }
    }

    static Stream<Arguments> badEmulations() {
        return Stream.of(
                Arguments.of("not JSON", "nonsense", 400),
                Arguments.of("nothing", "", 400),
                Arguments.of("an array", "[]", 400),
                Arguments.of("two objects", "{}{}", 400),
                Arguments.of("no session", "{\"node\":\"streams\",\"data\":\"{}\"}", 400),
                Arguments.of("no node", "{\"session\":\"s\",\"data\":\"{}\"}", 400),
                Arguments.of("no data", "{\"node\":\"streams\",\"session\":\"s\"}", 400),
                Arguments.of(
                        "data as JSON",
                        "{\"node\":\"streams\",\"session\":\"s\",\"data\":{\"id\":1}}",
                        400),
                Arguments.of(
                        "unknown node",
                        "{\"node\":\"elsewhere\",\"session\":\"s\",\"data\":\"{}\"}",
                        404),
                Arguments.of(
                        "no name of a node",
                        "{\"node\":\"../é\",\"session\":\"s\",\"data\":\"{}\"}",
                        404),
                Arguments.of(
                        "wrong session",
                        "{\"node\":\"streams\",\"session\":\"s\",\"data\":\"{}\"}",
                        404),
                Arguments.of(
                        "large data",
                        "{\"node\":\"streams\",\"session\":\"s\",\"data\":\""
                                + "x".repeat(MAX_MESSAGE_BYTES + 1)
                                + "\"}",
                        413),
                Arguments.of("large body", " ".repeat(64 * 1024), 413));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badEmulations")
    void badEmulationsAreRefused(String what, String body, int status) throws IOException {
        assertThat(emulate(body)).isEqualTo(status);
    }

    @Test
    void aFullNodeTakesNoStream() throws Exception {
        try (var full = HawserServer.start(config("node.max_connections=1", "node.id=full"));
                var first =
                        RawStream.post(
                                full.publicPort(), UNI_LINES, "{\"token\":\"" + token() + "\"}");
                var second = RawStream.post(full.publicPort(), UNI_LINES, "{}")) {
            assertThat(first.status()).isEqualTo(200);
            assertThat(second.status()).isEqualTo(503);
            assertThat(second.header("Retry-After")).isEqualTo("1");
        }
    }

    @Test
    void emulationTakesPostOnly() throws IOException {
        try (RawStream answer = get("/emulation")) {
            assertThat(answer.status()).isEqualTo(405);
        }
    }

    // Origins

    @ParameterizedTest
    @ValueSource(strings = {"/emulation", "/connection/http_stream", "/connection/uni_sse"})
    void browsersAreTold(String path) throws IOException {
        try (RawStream answer =
                RawStream.send(
                        server.publicPort(),
                        "OPTIONS",
                        path,
                        new byte[0],
                        "Origin: https://app.example",
                        "Access-Control-Request-Method: POST",
                        "Access-Control-Request-Headers: content-type")) {
            assertThat(answer.status()).isEqualTo(204);
            assertThat(answer.header("Access-Control-Allow-Origin"))
                    .isEqualTo("https://app.example");
            assertThat(answer.header("Access-Control-Allow-Methods")).contains("POST");
            assertThat(answer.header("Access-Control-Allow-Headers"))
                    .isEqualToIgnoringCase("content-type");
            assertThat(answer.header("Vary")).isEqualTo("Origin");
        }
        for (String method : List.of("OPTIONS", "POST")) {
            try (RawStream answer =
                    RawStream.send(
                            server.publicPort(),
                            method,
                            path,
                            "{}".getBytes(StandardCharsets.UTF_8),
                            "Origin: https://evil.example")) {
                assertThat(answer.status()).isEqualTo(403);
                assertThat(answer.header("Access-Control-Allow-Origin")).isEmpty();
            }
        }
    }

    @Test
    void aStreamTellsItsPage() throws IOException {
        try (RawStream stream =
                get(inUrl("/connection/sse", connect(token())), "Origin: https://app.example")) {
            assertThat(stream.header("Access-Control-Allow-Origin"))
                    .isEqualTo("https://app.example");
            Way.of(stream.event());
        }
    }
}
