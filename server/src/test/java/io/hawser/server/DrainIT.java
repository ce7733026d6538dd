package io.hawser.server;

import static io.hawser.server.SlowNode.WEBSOCKET;
import static io.hawser.server.SlowNode.numbers;
import static io.hawser.server.SlowNode.range;
import static io.hawser.server.SlowNode.until;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.devkit.Ports;
import io.hawser.devkit.RedisServer;

import org.junit.jupiter.api.Test;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A real node that is drained, undrained and stopped, and what each kind of client sees. */
class DrainIT {
    private static final int SHUTDOWN = 3001;
    private static final byte[] CLOSE_3001 = {0x0b, (byte) 0xb9};
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String DRAIN = "/admin/v1/nodes/d1/drain";
    private static final String UNDRAIN = "/admin/v1/nodes/d1/undrain";
    private static final String SOME_WEIGHT = "up [1-9]\\d{0,2}%\n";
    private static final String FORCED = "{\"force\":true,\"rate\":1000}";

    private static RawWebSocket handshake(SlowNode node) throws IOException {
        return new RawWebSocket(node.port(), WEBSOCKET, "");
    }

    private static String weight(int port) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    /** A machine that stands still makes the node stuck for a moment. */
    private static void awaitWeight(int port, String pattern) {
        await().atMost(LIMIT).untilAsserted(() -> assertThat(weight(port)).matches(pattern));
    }

    private static void awaitStatus(SlowNode node, String status) {
        await().atMost(LIMIT)
                .untilAsserted(
                        () ->
                                assertThat(node.get("/admin/v1/nodes/d1"))
                                        .contains("\"status\":\"" + status + "\""));
    }

    /** Answers a close, unless the node has waited long enough for that and is gone. */
    private static void answerClose(RawWebSocket client) throws IOException {
        try {
            client.send(RawWebSocket.CLOSE, CLOSE_3001);
        } catch (SocketException e) {
            assertThat(client.isEnded()).isTrue();
        }
    }

    @Test
    void everybodyIsToldNobodyGetsInAndAfterUndrainAllIsAsBefore() throws Exception {
        int agent = Ports.free();
        try (var node = new SlowNode("d1", "agent.port=" + agent);
                var authenticated = node.client("a");
                var silent = handshake(node)) {
            awaitWeight(agent, SOME_WEIGHT);
            assertThat(node.post(DRAIN, "{}")).contains("\"code\":409").contains("d1 is the last");
            awaitWeight(agent, SOME_WEIGHT);

            assertThat(node.post(DRAIN, FORCED)).contains("\"state\":\"draining\"");
            awaitWeight(agent, "up 0%\n");
            try (var late = handshake(node)) {
                assertThat(late.head()).startsWith("HTTP/1.1 503").contains("Retry-After: 1");
            }
            awaitStatus(node, "draining");
            assertThat(authenticated.closeCode()).isEqualTo(SHUTDOWN);
            assertThat(silent.closeCode()).as("not authenticated yet").isEqualTo(SHUTDOWN);
            answerClose(authenticated);
            answerClose(silent);
            await().atMost(LIMIT).until(() -> node.get(DRAIN).contains("\"state\":\"drained\""));
            assertThat(node.get(DRAIN)).contains("\"total\":2,\"told\":2,\"connections\":0");

            assertThat(node.post(UNDRAIN, "")).contains("\"state\":\"none\"");
            awaitWeight(agent, SOME_WEIGHT);
            try (var back = node.client("a")) {
                assertThat(back.status()).contains("101");
                awaitStatus(node, "active");
            }
        }
    }

    @Test
    void undrainLetsThoseStayWhoHaveNotBeenTold() throws Exception {
        List<RawWebSocket> clients = new ArrayList<>();
        try (var node = new SlowNode("d1")) {
            for (int i = 0; i < 20; i++) {
                clients.add(node.client());
            }
            // So slow that a test which is held up finds some who have not been told.
            node.post(DRAIN, "{\"force\":true,\"rate\":1,\"grace_ms\":60000}");
            await().atMost(LIMIT).until(() -> !node.get(DRAIN).contains("\"told\":0,"));
            node.post(UNDRAIN, "");
            await().atMost(LIMIT)
                    .until(
                            () ->
                                    node.metric("hawser_client_disconnects_total{code=\"3001\",}")
                                            > 0);
            int stayed = 0;
            for (RawWebSocket client : clients) {
                stayed += stays(client) ? 1 : 0;
            }
            assertThat(stayed).isBetween(1, 19);
        } finally {
            for (RawWebSocket client : clients) {
                client.close();
            }
        }
    }

    /** One that was told is cut off if it takes too long to answer the close. */
    private static boolean stays(RawWebSocket client) throws IOException {
        try {
            client.text("{\"id\":9,\"ping\":{}}");
            return client.read().opcode() == RawWebSocket.TEXT;
        } catch (EOFException | SocketException e) {
            return false;
        }
    }

    /** What waits for a slow client goes before the close, and what it asked for is answered. */
    @Test
    void queuedPushesAreFlushedFirst() throws Exception {
        try (var node = new SlowNode("d1", "client.send_buffer=16KiB");
                var slow = node.slowClient("a")) {
            node.deliver("a", 1, 400);
            await().atMost(LIMIT).until(() -> node.get("/admin/v1/slow").contains("\"bytes\":"));
            node.post(DRAIN, FORCED);
            await().atMost(LIMIT).until(() -> node.get(DRAIN).contains("\"told\":1,"));

            List<String> lines = new ArrayList<>();
            RawWebSocket.Frame frame = slow.read();
            while (frame.opcode() != RawWebSocket.CLOSE) {
                frame.text().lines().forEach(lines::add);
                frame = slow.read();
            }
            assertThat(frame.closeCode()).isEqualTo(SHUTDOWN);
            assertThat(numbers(lines, "a")).isEqualTo(range(1, 400));
        }
    }

    @Test
    void commandsThatHaveComeAreAnswered() throws Exception {
        try (var redis = RedisServer.start();
                var node = new SlowNode("d1", "broker.type=redis", "redis.uri=" + redis.uri());
                var client = node.client("a")) {
            redis.suspend();
            client.text("{\"id\":7,\"publish\":{\"channel\":\"a\",\"data\":1}}");
            client.text("{\"id\":8,\"ping\":{}}");
            List<String> lines = until(client, "\"id\":8");
            CompletableFuture<String> drain =
                    CompletableFuture.supplyAsync(() -> node.post(DRAIN, FORCED));
            assertThat(drain.join()).contains("draining");
            redis.resume();

            if (lines.stream().noneMatch(line -> line.contains("\"id\":7"))) {
                until(client, "\"id\":7");
            }
            assertThat(client.closeCode()).isEqualTo(SHUTDOWN);
        }
    }

    @Test
    void aStopTellsEverybodyToo() throws Exception {
        var node = new SlowNode("d1", "drain.rate=1000");
        List<RawWebSocket> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 50; i++) {
                clients.add(i % 2 == 0 ? node.client("a") : handshake(node));
            }
            CompletableFuture<Void> stopped = CompletableFuture.runAsync(node::close);
            for (RawWebSocket client : clients) {
                assertThat(client.closeCode()).isEqualTo(SHUTDOWN);
                client.close();
            }
            stopped.join();
        } finally {
            node.close();
            for (RawWebSocket client : clients) {
                client.close();
            }
        }
    }
}
