package io.hawser.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;

import io.hawser.cli.Ran;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** Three nodes for twenty clients each lose the first one, and 45 clients do not fit into two. */
class OverloadIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MAX = 20;
    private static final int CLIENTS = 45;
    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<String> events = new CopyOnWriteArrayList<>();
    private final HttpServer receiver = receiver();

    /** Clients by node, 1 to 3. */
    private final List<Deque<WebSocket>> clients =
            List.of(new ArrayDeque<>(), new ArrayDeque<>(), new ArrayDeque<>(), new ArrayDeque<>());

    @TempDir private Path directory;

    private HttpServer receiver() {
        try {
            var server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext(
                    "/hook",
                    exchange -> {
                        var headers = exchange.getRequestHeaders();
                        byte[] body = exchange.getRequestBody().readAllBytes();
                        events.add(
                                headers.getFirst("X-Hawser-Event")
                                        + " "
                                        + headers.getFirst("X-Hawser-Delivery")
                                        + " "
                                        + headers.containsKey("X-Hawser-Signature")
                                        + " "
                                        + new String(body, StandardCharsets.UTF_8));
                        exchange.sendResponseHeaders(204, -1);
                        exchange.close();
                    });
            server.start();
            return server;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @AfterEach
    void stop() {
        clients.forEach(each -> each.forEach(WebSocket::abort));
        receiver.stop(0);
        http.shutdownNow();
    }

    private Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("node.max_connections", String.valueOf(MAX));
        settings.put("client.insecure", "true");
        settings.put(
                "failover.webhook.url",
                "http://127.0.0.1:" + receiver.getAddress().getPort() + "/hook");
        settings.put("failover.webhook.secret", "s3cret");
        return settings;
    }

    /** Answers pings, so that it stays. */
    private static final class Client implements WebSocket.Listener {
        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
            socket.request(1);
            return text.toString().equals("{}") ? socket.sendText("{}", true) : done();
        }

        private static CompletionStage<?> done() {
            return CompletableFuture.completedStage(null);
        }
    }

    /** True if the node took one more client; false if it said 503, and when to try again. */
    private boolean connect(TestCluster cluster, int node) {
        try {
            WebSocket socket =
                    http.newWebSocketBuilder()
                            .buildAsync(cluster.node(node).webSocket(), new Client())
                            .join();
            socket.sendText("{\"id\":1,\"connect\":{}}", true).join();
            clients.get(node).add(socket);
            return true;
        } catch (CompletionException e) {
            if (!(e.getCause() instanceof WebSocketHandshakeException refused)) {
                throw e;
            }
            assertThat(refused.getResponse().statusCode()).isEqualTo(503);
            assertThat(refused.getResponse().headers().firstValue("Retry-After")).contains("1");
            return false;
        }
    }

    /** Each goes to the first of these nodes that takes it; returns how many none took. */
    private int connect(TestCluster cluster, int count, int... nodes) {
        int refused = 0;
        for (int client = 0; client < count; client++) {
            boolean served = false;
            for (int i = 0; i < nodes.length && !served; i++) {
                served = connect(cluster, nodes[i]);
            }
            refused += served ? 0 : 1;
        }
        return refused;
    }

    private static JsonNode admin(TestCluster cluster, int node, String path) {
        return JSON.readTree(cluster.admin(cluster.node(node), "/admin/v1/" + path));
    }

    private static void awaitStatus(TestCluster cluster, int node, String... statuses) {
        await().atMost(PATIENCE)
                .until(
                        () -> admin(cluster, node, "cluster").path("status").asString(""),
                        status -> List.of(statuses).contains(status));
    }

    private static void awaitFull(TestCluster cluster, int asked, Map<String, Boolean> full) {
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> {
                            Map<String, Boolean> seen = new LinkedHashMap<>();
                            for (JsonNode node : admin(cluster, asked, "nodes").path("nodes")) {
                                if (node.path("status").asString("").equals("active")) {
                                    seen.put(
                                            node.path("id").asString(""),
                                            node.path("overloaded").asBoolean(false));
                                }
                            }
                            assertThat(seen).isEqualTo(full);
                        });
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void assertRefusedEverywhereElse(TestNode node) {
        List<HttpRequest.Builder> requests = new ArrayList<>();
        for (String path : List.of("/connection/sse", "/connection/http_stream")) {
            requests.add(
                    HttpRequest.newBuilder(node.http(path))
                            .POST(
                                    HttpRequest.BodyPublishers.ofString(
                                            "{\"id\":1,\"connect\":{}}")));
        }
        requests.add(HttpRequest.newBuilder(node.http("/route?user=ann")));
        for (HttpRequest.Builder request : requests) {
            HttpResponse<String> response = send(request);
            assertThat(response.statusCode()).as(response.toString()).isEqualTo(503);
            assertThat(response.headers().firstValue("Retry-After")).contains("1");
        }
        HttpResponse<String> health = send(HttpRequest.newBuilder(node.http("/health")));
        assertThat(health.statusCode()).as("existing clients stay").isEqualTo(200);
        assertThat(health.body()).contains("\"status\":\"overloaded\"");
        assertThat(send(HttpRequest.newBuilder(node.admin("/metrics"))).body())
                .contains("hawser_overloaded 1.0")
                .containsPattern("hawser_connections_refused_total [1-9]");
    }

    /** The record of a node's failover, as one node has it. */
    private static JsonNode failoverOf(TestCluster cluster, int asked, String lost) {
        for (JsonNode each : admin(cluster, asked, "failovers").path("failovers")) {
            if (each.path("node").asString("").equals(lost)) {
                return each;
            }
        }
        return JSON.createObjectNode();
    }

    @Test
    void whatDoesNotFitIsRefusedUntilANodeComesBack() throws Exception {
        try (var cluster = TestCluster.start(3, directory, settings())) {
            for (int node = 1; node <= 3; node++) {
                assertThat(connect(cluster, CLIENTS / 3, node)).isZero();
            }
            awaitConnections(cluster, CLIENTS);

            cluster.node(1).kill();
            clients.get(1).clear();
            await().atMost(PATIENCE)
                    .until(() -> failoverOf(cluster, 3, "n1").path("unplaced").asInt(-1) == 5);
            assertThat(connect(cluster, CLIENTS / 3, 2, 3)).isEqualTo(5);
            assertThat(clients.get(2)).hasSize(MAX);
            assertThat(clients.get(3)).hasSize(MAX);
            awaitFull(cluster, 3, Map.of("n2", true, "n3", true));
            awaitStatus(cluster, 2, "overloaded");
            await("seen by n2 itself")
                    .atMost(PATIENCE)
                    .untilAsserted(() -> assertShownByCommands(cluster.node(2)));
            assertRefusedEverywhereElse(cluster.node(2));
            assertToldToTheWebhook();

            cluster.restart(1);
            await().atMost(PATIENCE).until(() -> connect(cluster, 1, 1, 2, 3) == 0);
            assertThat(connect(cluster, 4, 1)).isZero();
            awaitStatus(cluster, 2, "ok", "degraded");
            awaitFull(cluster, 2, Map.of("n1", false, "n2", true, "n3", true));
            assertThat(clients.stream().mapToInt(Deque::size).sum()).isEqualTo(CLIENTS);
            leave(2, 3);
            awaitFull(cluster, 2, Map.of("n1", false, "n2", false, "n3", false));
            HttpRequest.Builder health = HttpRequest.newBuilder(cluster.node(2).http("/health"));
            await().atMost(PATIENCE).until(() -> send(health).body().contains("\"status\":\"ok\""));

            recordsOutliveTheCoordinator(cluster);
        }
    }

    private static void awaitConnections(TestCluster cluster, int count) {
        // Seen by each: the one that plans goes by what it has heard itself.
        for (int asked = 1; asked <= 3; asked++) {
            int node = asked;
            await().atMost(PATIENCE)
                    .until(
                            () ->
                                    admin(cluster, node, "cluster").path("connections").asInt(0)
                                            == count);
        }
    }

    private void leave(int... nodes) {
        for (int node : nodes) {
            clients.get(node).removeFirst().abort();
        }
    }

    private static void assertShownByCommands(TestNode node) {
        String url = node.admin("").toString();
        Ran list = Ran.run("node", "list", "--url", url, "--api-key", TestCluster.API_KEY);
        assertThat(list.code()).as(list.err()).isZero();
        assertThat(list.out()).containsPattern("n2 +overloaded").containsPattern("n1 +offline");
        Ran status = Ran.run("cluster", "status", "--url", url, "--api-key", TestCluster.API_KEY);
        assertThat(status.out()).contains("connections, overloaded");
    }

    private void assertToldToTheWebhook() {
        await().atMost(PATIENCE).until(() -> !events.isEmpty());
        assertThat(Set.copyOf(events)).as("the same should it come again").hasSize(1);
        String event = events.getFirst();
        assertThat(event).matches("failover\\.done \\S+-n1-\\d+ true \\{.*");
        JsonNode body = JSON.readTree(event.substring(event.indexOf('{')));
        assertThat(body.path("coordinator").asString("")).matches("n[23]");
        assertThat(body.path("outcome").asString("")).isEqualTo("reassigned");
        assertThat(body.path("connections").asInt(0)).isEqualTo(15);
        assertThat(body.path("shares").toString()).isEqualTo("{\"n2\":5,\"n3\":5}");
        assertThat(body.path("unplaced").asInt(0)).isEqualTo(5);
    }

    /** The node that has carried out the failover of n1 is lost too: others know all the same. */
    private static void recordsOutliveTheCoordinator(TestCluster cluster) {
        // A node that was away hears of them from the others.
        String coordinator =
                await().atMost(PATIENCE)
                        .until(() -> coordinatorOf(cluster, 1, "n1"), it -> !it.isEmpty());
        int lost = coordinator.equals("n2") ? 2 : 3;
        int other = lost == 2 ? 3 : 2;
        cluster.node(lost).kill();
        await().atMost(PATIENCE).until(() -> !coordinatorOf(cluster, 1, coordinator).isEmpty());
        await().atMost(PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(coordinatorOf(cluster, other, "n1"))
                                        .isEqualTo(coordinator));
    }

    /** Who has carried out the failover of a node, as one node knows; empty if it does not. */
    private static String coordinatorOf(TestCluster cluster, int asked, String lost) {
        return failoverOf(cluster, asked, lost).path("coordinator").asString("");
    }
}
