package io.hawser.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.server.config.ConfigLoader;
import io.hawser.server.config.HawserConfig;
import io.undertow.Handlers;
import io.undertow.server.HttpHandler;
import io.undertow.websockets.core.AbstractReceiveListener;
import io.undertow.websockets.core.BufferedTextMessage;
import io.undertow.websockets.core.WebSocketChannel;
import io.undertow.websockets.core.WebSockets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Clients that take their time, over real sockets. */
class ListenersTest {
    /** Each limit alone is short, the others are longer than a test may take. */
    private static final int SHORT_MS = 300;

    private static final int LONG_MS = 60_000;

    private static final HawserConfig CONFIG =
            ConfigLoader.load(
                    Optional.empty(),
                    Map.of(),
                    List.of("node.host=127.0.0.1", "node.port=0", "admin.port=0"));

    /** Answers at once and leaves the body to Undertow, but for what wants to be a WebSocket. */
    private static final HttpHandler ROUTES =
            Handlers.path(exchange -> exchange.getResponseSender().send("done"))
                    .addPrefixPath("/echo", Handlers.websocket((request, socket) -> echo(socket)));

    private static void echo(WebSocketChannel socket) {
        socket.getReceiveSetter()
                .set(
                        new AbstractReceiveListener() {
                            @Override
                            protected void onFullTextMessage(
                                    WebSocketChannel channel, BufferedTextMessage message) {
                                WebSockets.sendText(message.getData(), channel, null);
                            }
                        });
        socket.resumeReceives();
    }

    private static Listeners open(int headMs, int bodyMs, int idleMs) throws StartException {
        return Listeners.open(CONFIG, new Listeners.Limits(headMs, bodyMs, idleMs), ROUTES, ROUTES);
    }

    private static SlowClient client(Listeners listeners, boolean admin) throws IOException {
        return new SlowClient(admin ? listeners.adminPort() : listeners.publicPort());
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void aHeadThatNeverEndsIsCut(boolean admin) throws Exception {
        try (var listeners = open(SHORT_MS, LONG_MS, LONG_MS);
                var client = client(listeners, admin)) {
            client.send("GET / HTTP/1.1\r\nHost: here\r\nX: ");
            assertThat(client.trickle()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "false, Content-Length: 100000",
        "true, Content-Length: 100000",
        "false, Transfer-Encoding: chunked"
    })
    void aBodyThatNeverEndsIsCut(boolean admin, String length) throws Exception {
        try (var listeners = open(LONG_MS, SHORT_MS, LONG_MS);
                var client = client(listeners, admin)) {
            client.send("POST / HTTP/1.1\r\nHost: here\r\n" + length + "\r\n\r\n64\r\n");
            assertThat(client.trickle()).contains("200 OK").endsWith("done");
        }
    }

    @Test
    void whoSaysNothingIsCut() throws Exception {
        try (var listeners = open(LONG_MS, LONG_MS, SHORT_MS);
                var client = client(listeners, false)) {
            assertThat(client.listen()).isEmpty();
        }
    }

    @Test
    void whoIsFastIsNotCutAndMaySendMore() throws Exception {
        try (var listeners = open(LONG_MS, SHORT_MS, LONG_MS);
                var client = client(listeners, false);
                var slow = client(listeners, false)) {
            client.send("POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 2\r\n\r\n12");
            assertThat(client.until("done")).contains("200 OK");
            slow.send("POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 2\r\n\r\n");
            slow.listen(); // until it is cut, so that the other's time would be over too
            client.send("GET / HTTP/1.1\r\nHost: here\r\n\r\n");
            assertThat(client.until("done")).contains("200 OK");
        }
    }

    @Test
    void aSilentWebSocketOutlivesEveryLimit() throws Exception {
        try (var listeners = open(SHORT_MS, SHORT_MS, SHORT_MS);
                var socket = openInTime(listeners)) {
            assertThat(socket.status()).contains("101");
            silenceAsLongAsAllLimits(listeners);
            socket.text("still here");
            assertThat(socket.read().text()).isEqualTo("still here");
        }
    }

    /** On a busy machine the limits may be over before the request is sent. */
    private static RawWebSocket openInTime(Listeners listeners) {
        return await().atMost(Duration.ofSeconds(20))
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> new RawWebSocket(listeners.publicPort(), "/echo", ""), _ -> true);
    }

    /** Each of these ends only when its limit is over. */
    private static void silenceAsLongAsAllLimits(Listeners listeners) throws IOException {
        for (String begun :
                List.of(
                        "",
                        "GET / HT",
                        "POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 9\r\n\r\n")) {
            try (var client = client(listeners, false)) {
                client.send(begun);
                client.listen();
            }
        }
    }
}
