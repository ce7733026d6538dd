package io.hawser.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.server.config.ConfigLoader;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code ?cf_ws_frame_ping_pong=true}: pings are frames of WebSocket, not of the protocol. */
class FramePingIT {
    private static final String ASKED = "cf_ws_frame_ping_pong=true";
    private static final String PATH = "/connection/websocket?";
    private static final String UNI_PATH = "/connection/uni_websocket?cf_connect=%7B%7D&";

    private static HawserServer server;

    @BeforeAll
    static void start() throws Exception {
        server =
                HawserServer.start(
                        ConfigLoader.load(
                                Optional.empty(),
                                Map.of(),
                                List.of(
                                        "node.id=frame-ping",
                                        "node.host=127.0.0.1",
                                        "node.port=0",
                                        "admin.port=0",
                                        "grid.port=0",
                                        "client.insecure=true",
                                        "client.ping_interval=1s",
                                        "client.pong_timeout=900ms")));
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    /** Connected; the answer to the connect has been read and is returned. */
    private static String connect(RawWebSocket socket) throws IOException {
        assertThat(socket.status()).contains("101");
        socket.text("{\"id\":1,\"connect\":{}}");
        return socket.read().text();
    }

    @Test
    void whoAsksGetsPingFramesAndStaysByAnsweringThem() throws IOException {
        try (var socket = new RawWebSocket(server.publicPort(), PATH + ASKED, "")) {
            assertThat(connect(socket)).contains("\"client\"").doesNotContain("\"ping\"", "pong");
            for (int i = 0; i < 3; i++) {
                RawWebSocket.Frame ping = socket.readAny();
                assertThat(ping.opcode()).isEqualTo(RawWebSocket.PING);
                socket.send(RawWebSocket.PONG, ping.payload().bytes());
            }
            socket.text("{\"id\":2,\"ping\":{}}");
            assertThat(socket.read().text()).contains("\"id\":2");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {PATH, UNI_PATH})
    void whoDoesNotAnswerIsDisconnected(String path) throws IOException {
        try (var socket = new RawWebSocket(server.publicPort(), path + ASKED, "")) {
            if (path.equals(PATH)) {
                connect(socket);
            }
            assertThat(socket.closeCode()).isEqualTo(3012);
        }
    }

    @Test
    void aPongThatNobodyAskedForIsAllowed() throws IOException {
        try (var socket = new RawWebSocket(server.publicPort(), PATH + ASKED, "")) {
            connect(socket);
            socket.send(RawWebSocket.PONG, new byte[] {1, 2, 3});
            socket.text("{\"id\":2,\"ping\":{}}");
            assertThat(socket.read().text()).contains("\"id\":2");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "cf_ws_frame_ping_pong=false"})
    void whoDoesNotAskGetsPingsOfTheProtocol(String query) throws IOException {
        try (var socket = new RawWebSocket(server.publicPort(), PATH + query, "")) {
            assertThat(connect(socket)).contains("\"ping\":1", "\"pong\":true");
            RawWebSocket.Frame ping = socket.readAny();
            assertThat(ping.opcode()).isEqualTo(RawWebSocket.TEXT);
            assertThat(ping.text()).isEqualTo("{}");
        }
    }
}
