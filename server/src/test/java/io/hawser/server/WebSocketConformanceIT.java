package io.hawser.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.server.config.ConfigLoader;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A whole node with clients that use WebSocket and HTTP in every way that is allowed. */
@Timeout(120)
class WebSocketConformanceIT {
    private static final String PATH = "/connection/websocket";
    private static final int FIN = 0x80;
    private static final int CONTINUATION = 0;
    private static final byte[] NONE = {};
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static HawserServer server;

    @BeforeAll
    static void start() throws Exception {
        server =
                HawserServer.start(
                        ConfigLoader.load(
                                Optional.empty(),
                                Map.of(),
                                List.of(
                                        "node.id=conformance",
                                        "node.host=127.0.0.1",
                                        "node.port=0",
                                        "admin.port=0",
                                        "grid.port=0",
                                        "client.insecure=true",
                                        "client.ping_interval=1h",
                                        "namespaces=[{name: open, options:"
                                                + " {allow_subscribe_for_client: true,"
                                                + " allow_publish_for_client: true}}]")));
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    private static RawWebSocket connected() throws IOException {
        var socket = new RawWebSocket(server.publicPort(), PATH, "");
        socket.text("{\"id\":1,\"connect\":{}}");
        assertThat(socket.read().text()).contains("\"client\"");
        return socket;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] handshake() {
        return utf8(
                String.join(
                        "\r\n",
                        "GET " + PATH + " HTTP/1.1",
                        "Host: localhost",
                        "Connection: keep-alive, Upgrade",
                        "Upgrade: websocket",
                        "Sec-WebSocket-Version: 13",
                        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                        "",
                        ""));
    }

    /** A frame with a mask of zeros, of less than 64 KiB. */
    private static byte[] frame(int first, byte[] payload) {
        var out = new ByteArrayOutputStream();
        out.write(first);
        if (payload.length < 126) {
            out.write(0x80 | payload.length);
        } else {
            out.write(0xfe);
            out.writeBytes(ByteBuffer.allocate(2).putShort((short) payload.length).array());
        }
        out.writeBytes(new byte[4]);
        out.writeBytes(payload);
        return out.toByteArray();
    }

    private static Socket plain() throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), server.publicPort());
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(30_000);
        return socket;
    }

    /** Reads until the text has come. */
    private static String readUntil(Socket socket, String wanted) throws IOException {
        var all = new StringBuilder();
        while (all.indexOf(wanted) < 0) {
            int next = socket.getInputStream().read();
            assertThat(next).as("the end came after %s", all).isNotNegative();
            all.append((char) next);
        }
        return all.toString();
    }

    @Test
    void theHandshakeByteByByteAndCommandsRightBehindIt() throws IOException {
        try (Socket socket = plain()) {
            byte[] request = handshake();
            for (int i = 0; i < request.length - 1; i++) {
                socket.getOutputStream().write(request[i]);
            }
            var rest = new ByteArrayOutputStream();
            rest.write(request[request.length - 1]);
            rest.writeBytes(frame(FIN | RawWebSocket.TEXT, utf8("{\"id\":1,\"connect\":{}}")));
            rest.writeBytes(frame(FIN | RawWebSocket.TEXT, utf8("{\"id\":2,\"ping\":{}}")));
            socket.getOutputStream().write(rest.toByteArray());
            assertThat(readUntil(socket, "{\"id\":2,\"ping\":{}}"))
                    .startsWith("HTTP/1.1 101 ")
                    .contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
                    .contains("\"client\"");
        }
    }

    @Test
    void aConnectionOfHttpIsKeptAlive() throws IOException {
        try (Socket socket = plain()) {
            for (int i = 0; i < 2; i++) {
                socket.getOutputStream().write(utf8("GET /health HTTP/1.1\r\nHost: h\r\n\r\n"));
                String head = readUntil(socket, "\r\n\r\n");
                assertThat(head).startsWith("HTTP/1.1 200 ");
                int length =
                        Integer.parseInt(head.split("Content-Length: ", 2)[1].split("\r", 2)[0]);
                byte[] body = socket.getInputStream().readNBytes(length);
                assertThat(new String(body, StandardCharsets.UTF_8)).startsWith("{").endsWith("}");
            }
        }
    }

    @Test
    void pipelinedCommandsAreAllAnsweredInOrder() throws IOException {
        try (var socket = connected()) {
            var all = new ByteArrayOutputStream();
            for (int i = 2; i < 1002; i++) {
                all.writeBytes(
                        frame(FIN | RawWebSocket.TEXT, utf8("{\"id\":" + i + ",\"ping\":{}}")));
            }
            socket.raw(all.toByteArray());
            int next = 2;
            while (next < 1002) {
                for (String reply : socket.read().text().split("\n", -1)) {
                    assertThat(reply).isEqualTo("{\"id\":" + next + ",\"ping\":{}}");
                    next++;
                }
            }
        }
    }

    @Test
    void aMessageInPartsWithPingsBetween() throws IOException {
        try (var socket = connected()) {
            byte[] message = utf8("{\"id\":2,\"ping\":{}}");
            socket.raw(frame(RawWebSocket.TEXT, NONE));
            for (byte b : message) {
                socket.raw(frame(CONTINUATION, new byte[] {b}));
                socket.raw(frame(FIN | RawWebSocket.PING, new byte[] {b}));
            }
            socket.raw(frame(FIN | CONTINUATION, NONE));
            for (byte b : message) {
                RawWebSocket.Frame pong = socket.readAny();
                assertThat(pong.opcode()).isEqualTo(RawWebSocket.PONG);
                assertThat(pong.payload().bytes()).containsExactly(b);
            }
            assertThat(socket.read().text()).isEqualTo("{\"id\":2,\"ping\":{}}");
        }
    }

    @Test
    void aCloseIsAnsweredWithItsCode() throws IOException {
        try (var coded = connected();
                var bare = connected()) {
            coded.send(RawWebSocket.CLOSE, new byte[] {(byte) (4000 >> 8), (byte) 4000});
            assertThat(coded.closeCode()).isEqualTo(4000);
            assertThat(coded.isEnded()).isTrue();
            bare.send(RawWebSocket.CLOSE, NONE);
            assertThat(bare.closeCode()).isEqualTo(1005);
            assertThat(bare.isEnded()).isTrue();
        }
    }

    @Test
    void whenTheServerClosesItAwaitsTheAnswer() throws IOException {
        try (var socket = connected()) {
            socket.text("not JSON");
            assertThat(socket.closeCode()).isEqualTo(3501);
            socket.text("ignored");
            socket.send(RawWebSocket.CLOSE, new byte[] {(byte) (3501 >> 8), (byte) 3501});
            assertThat(socket.isEnded()).isTrue();
        }
    }

    @Test
    void theServerReadsOnAfter1009SoThatItsCloseArrives() throws IOException {
        try (var socket = connected()) {
            socket.send(RawWebSocket.TEXT, new byte[2_000_000]);
            assertThat(socket.closeCode()).isEqualTo(1009);
        }
    }

    @Test
    void whoStopsSendingGetsWhatIsOnItsWay() throws IOException {
        try (Socket socket = plain()) {
            var all = new ByteArrayOutputStream();
            all.writeBytes(handshake());
            all.writeBytes(frame(FIN | RawWebSocket.TEXT, utf8("nonsense")));
            socket.getOutputStream().write(all.toByteArray());
            socket.shutdownOutput();
            String rest =
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(rest).startsWith("HTTP/1.1 101 ").contains("bad request");
        }
    }

    @Test
    void whenManyVanishTheCountsReturn() throws Exception {
        await().atMost(PATIENCE).until(() -> metric("hawser_connections") == 0);
        List<RawWebSocket> clients = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            RawWebSocket client = connected();
            clients.add(client);
            client.text("{\"id\":2,\"subscribe\":{\"channel\":\"open:" + i % 20 + "\"}}");
            assertThat(client.read().text()).contains("subscribe");
            if (i % 3 == 0) {
                client.raw(new byte[] {(byte) (FIN | RawWebSocket.TEXT), (byte) 0xfe, 9});
            }
        }
        assertThat(metric("hawser_connections")).isEqualTo(200);
        for (int i = 0; i < clients.size(); i++) {
            if (i % 2 == 0) {
                clients.get(i).reset();
            } else {
                clients.get(i).close();
            }
        }
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> {
                            assertThat(metric("hawser_connections")).isZero();
                            assertThat(metric("hawser_channels")).isZero();
                        });
    }

    /** The sum of a metric over all its labels. */
    private static double metric(String name) throws IOException, InterruptedException {
        try (var http = HttpClient.newHttpClient()) {
            var request =
                    HttpRequest.newBuilder(
                                    URI.create(
                                            "http://127.0.0.1:" + server.adminPort() + "/metrics"))
                            .build();
            return http.send(request, HttpResponse.BodyHandlers.ofString())
                    .body()
                    .lines()
                    .filter(l -> l.startsWith(name + " ") || l.startsWith(name + "{"))
                    .mapToDouble(l -> Double.parseDouble(l.substring(l.lastIndexOf(' '))))
                    .sum();
        }
    }
}
