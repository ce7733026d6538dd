package io.hawser.server.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.grid.cluster.NodeId;
import io.hawser.grid.event.EventJson;
import io.hawser.grid.event.Events;
import io.hawser.grid.event.GridEvent;
import io.hawser.grid.event.Happening;
import io.hawser.server.binding.Secret;
import io.hawser.server.http.JsonResponse;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The stream of events, read from a real listener. */
@Timeout(60)
class EventsHandlerTest {
    private static final String KEY = "k";
    private static final String PATH = "/admin/v1/events";

    private final Events events =
            new Events(_ -> CompletableFuture.completedFuture("sent"), InstantSource.system());
    private final TestHttp http =
            new TestHttp(
                    new EventsHandler(
                            new Secret(KEY),
                            events::follow,
                            Duration.ofMillis(200),
                            exchange -> JsonResponse.notFound(exchange, "next")));

    @AfterEach
    void stop() {
        http.close();
        events.close();
    }

    private static GridEvent event(String id, Happening what) {
        return new GridEvent(id, 1, new NodeId("n1"), 1, what);
    }

    private static GridEvent alert(String id) {
        return event(id, new Happening.Alert("a", true, ""));
    }

    private void hear(GridEvent event) {
        events.heard(EventJson.control(event));
    }

    /** One open stream. */
    private final class Stream implements AutoCloseable {
        private final Socket socket;
        private final BufferedReader lines;

        Stream(String query, String... headers) throws IOException {
            socket = new Socket();
            socket.setReceiveBufferSize(16 << 10);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), http.port));
            socket.setSoTimeout(20_000);
            String head =
                    "GET "
                            + PATH
                            + query
                            + " HTTP/1.0\r\nHost: here\r\nX-API-Key: k\r\n"
                            + String.join("", headers)
                            + "\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            lines =
                    new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            assertThat(lines.readLine()).contains("200");
            awaitLine(": events of the cluster");
        }

        private void awaitLine(String awaited) throws IOException {
            String line = lines.readLine();
            while (!awaited.equals(line)) {
                assertThat(line).as("before " + awaited).isNotNull();
                line = lines.readLine();
            }
        }

        /** The next lines that say something. */
        private List<String> next(int count) throws IOException {
            List<String> next = new ArrayList<>();
            while (next.size() < count) {
                String line = String.valueOf(lines.readLine());
                if (!line.isEmpty() && !line.equals(":")) {
                    next.add(line);
                }
            }
            return next;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static List<String> lines(GridEvent event) {
        return List.of(
                "id: " + event.id(),
                "event: " + event.what().type(),
                "data: " + EventJson.write(event));
    }

    @Test
    void whatIsRememberedComesFirstThenWhatIsNew() throws IOException {
        hear(alert("a"));
        try (var stream = new Stream("")) {
            assertThat(stream.next(3)).isEqualTo(lines(alert("a")));
            stream.awaitLine(":");
            hear(alert("b"));
            assertThat(stream.next(3)).isEqualTo(lines(alert("b")));
        }
    }

    @Test
    void itGoesOnAfterTheOneThatWasSeen() throws IOException {
        hear(alert("a"));
        hear(alert("b"));
        try (var stream = new Stream("?since=a")) {
            assertThat(stream.next(3)).isEqualTo(lines(alert("b")));
        }
        try (var stream = new Stream("", "Last-Event-ID: a\r\n")) {
            assertThat(stream.next(3)).isEqualTo(lines(alert("b")));
        }
        try (var stream = new Stream("?since=z")) {
            assertThat(stream.next(2))
                    .containsExactly("event: incomplete", "data: {\"since\":\"z\"}");
            assertThat(stream.next(3)).isEqualTo(lines(alert("a")));
        }
    }

    @Test
    void onlyTheWantedTypesCome() throws IOException {
        hear(alert("a"));
        GridEvent left = event("b", new Happening.NodeLeft(new NodeId("n2"), 7));
        hear(left);
        try (var stream = new Stream("?types=node,config.loaded")) {
            assertThat(stream.next(3)).isEqualTo(lines(left));
        }
    }

    @Test
    void whoReadsTooSlowlyIsCutOffAndTold() throws IOException {
        String text = "x".repeat(1_000);
        try (var stream = new Stream("")) {
            for (int i = 0; i < 20_000; i++) {
                hear(event("e" + i, new Happening.Alert("a", true, text)));
            }
            List<String> last = new ArrayList<>();
            for (String line = stream.lines.readLine();
                    line != null;
                    line = stream.lines.readLine()) {
                if (!line.isEmpty()) {
                    last.add(line);
                }
            }
            assertThat(last.subList(last.size() - 2, last.size()))
                    .containsExactly(
                            "event: cut",
                            "data: {\"message\":\"too slow: come back, with since\"}");
            assertThat(last).as("some were read").contains("id: e0").doesNotContain("id: e19999");
        }
    }

    @Test
    void whatIsWrongIsSaid() {
        assertThat(http.get(PATH).statusCode()).isEqualTo(401);
        HttpResponse<String> unknown =
                http.send(http.request(PATH + "?types=node,weather").header("X-API-Key", KEY));
        assertThat(unknown.statusCode()).isEqualTo(400);
        assertThat(unknown.body()).contains("no events are called weather", "node.failed");
        assertThat(
                        http.send(
                                        http.request(PATH)
                                                .header("X-API-Key", KEY)
                                                .POST(BodyPublishers.noBody()))
                                .statusCode())
                .isEqualTo(405);
        assertThat(http.get("/admin/v1/other").body()).contains("next");
    }

    @Test
    void tooManyReadersAreRefusedAndLeaveRoomAgain() throws IOException {
        List<Stream> open = new ArrayList<>();
        try {
            for (int i = 0; i < EventsHandler.MAX_READERS; i++) {
                open.add(new Stream(""));
            }
            HttpResponse<String> refused = http.send(http.request(PATH).header("X-API-Key", KEY));
            assertThat(refused.statusCode()).isEqualTo(503);
        } finally {
            for (Stream each : open) {
                each.close();
            }
        }
        await().atMost(Duration.ofSeconds(20))
                .until(
                        () -> {
                            try (var _ = new Stream("")) {
                                return true;
                            } catch (AssertionError e) {
                                return false;
                            }
                        });
    }
}
