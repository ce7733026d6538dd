package io.hawser.server.hook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;

import io.hawser.server.hook.HookOutcomes.Outcome;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Webhooks to a real HTTP server that takes them, refuses them, fails or hangs. */
@Timeout(60)
class WebhookTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** For those who never answer. */
    private static final Duration SOON = Duration.ofMillis(500);

    private static final InstantSource CLOCK =
            InstantSource.fixed(Instant.ofEpochSecond(1_700_000_000));

    private final BlockingQueue<Got> got = new LinkedBlockingQueue<>();
    private final Deque<Integer> answers = new ArrayDeque<>();
    private final HttpServer server = server();

    private record Got(String event, String id, String signature, String body) {}

    private static HttpServer server() {
        try {
            return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeEach
    void start() {
        server.createContext(
                "/hook",
                exchange -> {
                    byte[] body = exchange.getRequestBody().readAllBytes();
                    var headers = exchange.getRequestHeaders();
                    got.add(
                            new Got(
                                    headers.getFirst("X-Hawser-Event"),
                                    headers.getFirst("X-Hawser-Delivery"),
                                    String.valueOf(headers.getFirst("X-Hawser-Signature")),
                                    new String(body, StandardCharsets.UTF_8)));
                    Integer status = answers.poll();
                    exchange.sendResponseHeaders(status == null ? 204 : status, -1);
                    exchange.close();
                });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/hook?k=hidden");
    }

    /** Who is given up too soon gets it twice. */
    private static Webhook webhook(URI url, int attempts, int queue) {
        return webhook(url, PATIENCE, attempts, queue);
    }

    private static Webhook webhook(URI url, Duration limit, int attempts, int queue) {
        return new Webhook(
                new WebhookSettings(url, "secret", limit, attempts, Duration.ofMillis(10), queue),
                CLOCK);
    }

    private static URI address(ServerSocket silent) {
        return URI.create("http://127.0.0.1:" + silent.getLocalPort());
    }

    private static void awaitOutcome(Webhook webhook, Outcome outcome, long count) {
        await().atMost(PATIENCE).until(() -> webhook.outcomes().count(outcome) == count);
    }

    @Test
    void theBodyIsSignedWithTheTime() {
        try (var webhook = webhook(address(), 3, 10)) {
            webhook.send("scaling.decided", "c-1", "{\"ä\":1}");
            awaitOutcome(webhook, Outcome.DONE, 1);
        }
        // printf '1700000000.{"ä":1}' | openssl dgst -sha256 -hmac secret
        assertThat(got)
                .containsExactly(
                        new Got(
                                "scaling.decided",
                                "c-1",
                                "t=1700000000,v1=9b5ca1a697145c274084a0d48cb271a24a8a87e933ef5b8a25b2073bd9e561c9",
                                "{\"ä\":1}"));
    }

    @Test
    void whatFailsIsTriedAgainWithTheSameId() {
        answers.addAll(List.of(500, 503, 429));
        try (var webhook = webhook(address(), 5, 10)) {
            webhook.send("e", "c-1", "{}");
            awaitOutcome(webhook, Outcome.DONE, 1);
        }
        assertThat(got).hasSize(4).extracting(Got::id).containsOnly("c-1");
    }

    @Test
    void afterTheLastAttemptItIsGivenUpAndTheNextOneGoes() {
        answers.addAll(List.of(500, 500));
        try (var webhook = webhook(address(), 2, 10)) {
            webhook.send("e", "c-1", "{}");
            webhook.send("e", "c-2", "{}");
            awaitOutcome(webhook, Outcome.FAILED, 1);
            awaitOutcome(webhook, Outcome.DONE, 1);
        }
        assertThat(got).extracting(Got::id).containsExactly("c-1", "c-1", "c-2");
    }

    @Test
    void whatIsRefusedIsNotTriedAgain() {
        answers.addAll(List.of(400, 301));
        try (var webhook = webhook(address(), 5, 10)) {
            webhook.send("e", "c-1", "{}");
            webhook.send("e", "c-2", "{}");
            awaitOutcome(webhook, Outcome.FAILED, 2);
        }
        assertThat(got).hasSize(2);
    }

    @Test
    void whatHangsOrIsNotThereIsGivenUp() throws IOException {
        try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                var hanging = webhook(address(silent), SOON, 2, 10)) {
            hanging.send("e", "c-1", "{}");
            awaitOutcome(hanging, Outcome.FAILED, 1);
        }
        int closed;
        try (var gone = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            closed = gone.getLocalPort();
        }
        try (var refused = webhook(URI.create("http://127.0.0.1:" + closed), 2, 10)) {
            refused.send("e", "c-1", "{}");
            awaitOutcome(refused, Outcome.FAILED, 1);
        }
    }

    @Test
    void beyondTheBoundTheyAreDropped() throws IOException {
        try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                var webhook = webhook(address(silent), SOON, 100, 3)) {
            for (int i = 0; i < 10; i++) {
                webhook.send("e", "c-" + i, "{}");
            }
            assertThat(webhook.outcomes().count(Outcome.DROPPED)).isBetween(6L, 7L);
        }
    }

    @Test
    void theWaitDoublesUpToAMinute() {
        var settings =
                new WebhookSettings(
                        address(), "", Duration.ofSeconds(1), 99, Duration.ofSeconds(1), 1);
        assertThat(settings.backoffMs(2)).isEqualTo(1_000);
        assertThat(settings.backoffMs(3)).isEqualTo(2_000);
        assertThat(settings.backoffMs(8)).isEqualTo(60_000);
        assertThat(settings.backoffMs(99)).isEqualTo(60_000);
        assertThat(settings).asString().startsWith("http://127.0.0.1:").doesNotContain("hook");
    }
}
