package io.hawser.server.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.grid.priority.Priority;
import io.hawser.grid.pubsub.ClientInfo;
import io.hawser.grid.pubsub.HistoryOptions;
import io.hawser.grid.pubsub.Lanes;
import io.hawser.grid.pubsub.LocalBroker;
import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.PresenceEvent;
import io.hawser.grid.pubsub.Publication;
import io.hawser.grid.pubsub.PublishOptions;
import io.hawser.grid.pubsub.Sink;
import io.hawser.server.binding.Secret;
import io.hawser.server.http.JsonResponse;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What is published to channels, read from a real listener over a real broker. */
@Timeout(60)
class WatchHandlerTest {
    private static final HistoryOptions HISTORY =
            new HistoryOptions(10, Duration.ofMinutes(5), Duration.ofDays(1));

    private final Lanes lanes = new Lanes(1, 50_000);
    private final LocalBroker broker = new LocalBroker(lanes, 1 << 20);
    private final TestHttp http =
            new TestHttp(
                    new WatchHandler(
                            new Secret("k"),
                            broker::watch,
                            Duration.ofMillis(200),
                            exchange -> JsonResponse.notFound(exchange, "next")));

    WatchHandlerTest() {
        broker.start(new Nobody());
    }

    /** No client has subscribed. */
    private static final class Nobody implements Sink {
        @Override
        public void publication(String channel, Publication publication) {}

        @Override
        public void presence(String channel, PresenceEvent event) {}

        @Override
        public void positionLost(String channel) {}

        @Override
        public void control(Payload command) {}
    }

    @AfterEach
    void stop() {
        http.close();
        broker.close();
        lanes.close();
    }

    private void publish(
            String channel, String data, @Nullable ClientInfo info, HistoryOptions history) {
        var publication = new Publication(0, Payload.of(data), info, Map.of(), 7);
        broker.publish(channel, publication, PublishOptions.of(history, Priority.NORMAL))
                .toCompletableFuture()
                .join();
    }

    private Socket open(String pattern) throws IOException {
        var socket = new Socket();
        socket.setReceiveBufferSize(16 << 10);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), http.port));
        socket.setSoTimeout(20_000);
        String head =
                "GET "
                        + WatchHandler.PATH
                        + "?pattern="
                        + pattern
                        + " HTTP/1.0\r\nHost: here\r\nX-API-Key: k\r\n\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static BufferedReader reader(Socket socket) throws IOException {
        var lines =
                new BufferedReader(
                        new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        assertThat(lines.readLine()).contains("200");
        awaitLine(lines, ": publications of channels");
        return lines;
    }

    private static void awaitLine(BufferedReader lines, String awaited) throws IOException {
        String line = lines.readLine();
        while (!awaited.equals(line)) {
            assertThat(line).as("before " + awaited).isNotNull();
            line = lines.readLine();
        }
    }

    /** The next lines that say something. */
    private static List<String> next(BufferedReader lines, int count) throws IOException {
        List<String> next = new ArrayList<>();
        while (next.size() < count) {
            String line = String.valueOf(lines.readLine());
            if (!line.isEmpty() && !line.equals(":")) {
                next.add(line);
            }
        }
        return next;
    }

    @Test
    void whatMatchesComesWithItsPositionAndItsData() throws IOException {
        try (Socket socket = open("news:*")) {
            BufferedReader lines = reader(socket);
            assertThat(next(lines, 2)).containsExactly("event: complete", "data: {}");
            awaitLine(lines, ":");
            publish("other", "{}", null, HISTORY);
            publish("news:1", "{\"a\":\n1}", null, HISTORY);
            var info = new ClientInfo("ann", "c1", Payload.EMPTY, Payload.EMPTY);
            publish("news:2", "no json", info, HistoryOptions.NONE);
            List<String> got = next(lines, 4);
            assertThat(got.get(0)).isEqualTo("event: publication");
            assertThat(got.get(1))
                    .matches(
                            "data: \\{\"channel\":\"news:1\",\"offset\":1,\"epoch\":\"[^\"]+\","
                                    + "\"time_ms\":7,\"data\":\\{\"a\":1\\}\\}");
            assertThat(got.get(3))
                    .isEqualTo(
                            "data: {\"channel\":\"news:2\",\"time_ms\":7,"
                                    + "\"b64data\":\"bm8ganNvbg==\",\"user\":\"ann\","
                                    + "\"client\":\"c1\"}");
        }
    }

    @Test
    void aReaderThatIsTooSlowIsToldHowManyItMissed() throws IOException {
        String data = "\"" + "x".repeat(2_000) + "\"";
        int all = 20_000;
        try (Socket socket = open("c")) {
            BufferedReader lines = reader(socket);
            for (int i = 0; i < all; i++) {
                publish("c", data, null, HistoryOptions.NONE);
            }
            long seen = 0;
            long missed = 0;
            while (seen + missed < all) {
                String line = next(lines, 1).getFirst();
                if (line.equals("event: publication")) {
                    seen++;
                } else if (line.startsWith("data: {\"count\":")) {
                    missed += Long.parseLong(line.replaceAll("[^0-9]", ""));
                }
            }
            assertThat(seen + missed).isEqualTo(all);
            assertThat(missed).isPositive();
            assertThat(seen).isPositive();
        }
    }

    @Test
    void badRequestsAreToldWhatIsWrong() {
        assertThat(http.get(WatchHandler.PATH + "?pattern=a").statusCode()).isEqualTo(401);
        var without = http.send(http.request(WatchHandler.PATH).header("X-API-Key", "k").GET());
        assertThat(without.statusCode()).isEqualTo(400);
        assertThat(without.body()).contains("pattern is missing", "news:*");
        assertThat(http.get("/admin/v1/elsewhere").body()).contains("next");
    }

    @Test
    void moreReadersThanAllowedAreSentElsewhereUntilOneGoes() throws IOException {
        List<Socket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < WatchHandler.MAX_READERS; i++) {
                Socket socket = open("c");
                sockets.add(socket);
                reader(socket);
            }
            assertThat(status()).isEqualTo(503);
            sockets.removeFirst().close();
            // It is seen to be gone when something is written to it.
            await().atMost(Duration.ofSeconds(20)).until(() -> status() == 200);
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    private int status() throws IOException {
        try (Socket socket = open("c")) {
            var lines =
                    new BufferedReader(
                            new InputStreamReader(
                                    socket.getInputStream(), StandardCharsets.US_ASCII));
            return Integer.parseInt(lines.readLine().split(" ", -1)[1]);
        }
    }
}
