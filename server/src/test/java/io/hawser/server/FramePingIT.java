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

    /** For those who answer, who may be held up for a while. */
    private static HawserServer patient;

    /** For those who wait for a ping, or never answer one. */
    private static HawserServer hasty;

    @BeforeAll
    static void start() throws Exception {
        patient = start("patient", "6s", "5s");
        hasty = start("hasty", "1s", "900ms");
    }

    private static HawserServer start(String id, String interval, String timeout)
            throws StartException {
        return HawserServer.start(
                ConfigLoader.load(
                        Optional.empty(),
                        Map.of(),
                        List.of(
                                "node.id=" + id,
                                "node.host=127.0.0.1",
                                "node.port=0",
                                "admin.port=0",
                                "grid.port=0",
                                "client.insecure=true",
                                "client.ping_interval=" + interval,
                                "client.pong_timeout=" + timeout)));
    }

    @AfterAll
    static void stop() {
        if (patient != null) {
            patient.close();
        }
        if (hasty != null) {
            hasty.close();
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
        try (var socket = new RawWebSocket(patient.publicPort(), PATH + ASKED, "")) {
            assertThat(connect(socket)).contains("\"client\"").doesNotContain("\"ping\"", "pong");
            // The second comes only to who has answered the first.
            for (int i = 0; i < 2; i++) {
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
        try (var socket = new RawWebSocket(hasty.publicPort(), path + ASKED, "")) {
            if (path.equals(PATH)) {
                connect(socket);
            }
            assertThat(socket.closeCode()).isEqualTo(3012);
        }
    }

    @Test
    void aPongThatNobodyAskedForIsAllowed() throws IOException {
        try (var socket = new RawWebSocket(patient.publicPort(), PATH + ASKED, "")) {
            connect(socket);
            socket.send(RawWebSocket.PONG, new byte[] {1, 2, 3});
            socket.text("{\"id\":2,\"ping\":{}}");
            assertThat(socket.read().text()).contains("\"id\":2");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "cf_ws_frame_ping_pong=false"})
    void whoDoesNotAskGetsPingsOfTheProtocol(String query) throws IOException {
        try (var socket = new RawWebSocket(hasty.publicPort(), PATH + query, "")) {
            assertThat(connect(socket)).contains("\"ping\":1", "\"pong\":true");
            RawWebSocket.Frame ping = socket.readAny();
            assertThat(ping.opcode()).isEqualTo(RawWebSocket.TEXT);
            assertThat(ping.text()).isEqualTo("{}");
        }
    }
}
