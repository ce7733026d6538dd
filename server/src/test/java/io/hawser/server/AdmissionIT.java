package io.hawser.server;

import static io.hawser.server.SlowNode.WEBSOCKET;
import static io.hawser.server.SlowNode.until;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** More clients at once than {@code server.handshake_rate} lets in. */
class AdmissionIT {
    /** So low that even a slow machine brings more at once. */
    private static final int RATE = 20;

    private static final int QUEUE = 20;
    private static final int CLIENTS = 200;

    /** A tenth of a second's handshakes, and one. */
    private static final int BURST = RATE / 10 + 1;

    private final List<RawWebSocket> opened = new ArrayList<>();

    /** When the client had its answer, and which. */
    private record Answered(long nanos, RawWebSocket socket) {
        boolean accepted() {
            return socket.status().contains("101");
        }
    }

    @AfterEach
    void close() throws Exception {
        for (RawWebSocket socket : opened) {
            socket.close();
        }
    }

    @Test
    void theRateHoldsTheQueueIsBoundedAndTheRestIsToldWhenToComeBack() throws Exception {
        try (var node =
                        new SlowNode(
                                "admission",
                                "server.handshake_rate=" + RATE,
                                "server.handshake_queue=" + QUEUE);
                var bystander = node.client("a")) {
            long begun = System.nanoTime();
            List<Answered> answers = storm(node, bystander);
            List<Long> accepted =
                    answers.stream()
                            .filter(Answered::accepted)
                            .map(answer -> answer.nanos - begun)
                            .sorted()
                            .toList();

            // All came within the time of the last answer; meanwhile the rate went on.
            long tookNanos = answers.stream().mapToLong(a -> a.nanos - begun).max().orElseThrow();
            assertThat(accepted.size()).isGreaterThanOrEqualTo(BURST + QUEUE - 1);
            assertThat((long) accepted.size())
                    .isLessThanOrEqualTo(
                            BURST + QUEUE + RATE * tookNanos / TimeUnit.SECONDS.toNanos(1));
            long interval = TimeUnit.SECONDS.toNanos(1) / RATE;
            for (int i = 0; i < accepted.size(); i++) {
                assertThat(accepted.get(i)).isGreaterThanOrEqualTo((i + 1 - BURST) * interval);
            }
            assertThat(answers.stream().filter(answer -> !answer.accepted()))
                    .isNotEmpty()
                    .allSatisfy(
                            answer ->
                                    assertThat(answer.socket.head())
                                            .startsWith("HTTP/1.1 503")
                                            .contains("Retry-After: 1"));
        }
    }

    private List<Answered> storm(SlowNode node, RawWebSocket bystander) throws Exception {
        List<Callable<Answered>> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(
                    () -> {
                        var socket = new RawWebSocket(node.port(), WEBSOCKET, "");
                        return new Answered(System.nanoTime(), socket);
                    });
        }
        List<Answered> answers = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Answered>> coming = clients.stream().map(threads::submit).toList();
            for (int id = 3; coming.stream().anyMatch(client -> !client.isDone()); id++) {
                bystander.text("{\"id\":" + id + ",\"ping\":{}}");
                until(bystander, "\"id\":" + id + ",");
            }
            for (Future<Answered> client : coming) {
                answers.add(client.get());
                opened.add(answers.getLast().socket);
            }
        }
        return answers;
    }
}
