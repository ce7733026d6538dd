package io.hawser.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.devkit.RedisServer;
import io.hawser.server.config.ConfigLoader;
import io.hawser.server.security.TokenIssuer;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The nodes n1 and n2 in this process, on one Redis. */
final class TwoNodes implements AutoCloseable {
    static final Duration LIMIT = Duration.ofSeconds(40);
    private static final String KEY = "key";
    private static final String SECRET = "a secret of the tests, 32 bytes or more";
    private static final JsonMapper JSON = new JsonMapper();

    private final String redisUri;
    private final List<String> more;
    private final List<HawserServer> servers = new ArrayList<>();
    private final HttpClient http = HttpClient.newHttpClient();

    TwoNodes(RedisServer redis, String... more) throws StartException {
        this.redisUri = redis.uri();
        this.more = List.of(more);
        servers.add(start("n1"));
        servers.add(start("n2"));
        for (int number = 1; number <= 2; number++) {
            int node = number;
            await().atMost(LIMIT)
                    .until(
                            () ->
                                    statuses(node).equals(List.of("active", "active"))
                                            && health(node).equals("ok"));
        }
    }

    /** Ok once it reaches Redis too. */
    private String health(int number) {
        var address = URI.create("http://127.0.0.1:" + node(number).publicPort() + "/health");
        return send(HttpRequest.newBuilder(address)).path("status").asString("");
    }

    private List<String> statuses(int node) {
        List<String> statuses = new ArrayList<>();
        admin(node, "GET", "nodes")
                .path("nodes")
                .forEach(each -> statuses.add(each.path("status").asString("")));
        return statuses;
    }

    private HawserServer start(String id) throws StartException {
        List<String> sets =
                new ArrayList<>(
                        List.of(
                                "node.id=" + id,
                                "node.region=lab-" + id,
                                "node.host=127.0.0.1",
                                "node.port=0",
                                "admin.port=0",
                                "grid.port=0",
                                "api.key=" + KEY,
                                "client.insecure=true",
                                "client.ping_interval=1h",
                                "broker.type=redis",
                                "redis.uri=" + redisUri,
                                "token.hmac_secret=" + SECRET,
                                "namespaces=[{name: kept, options: {history_size: 100,"
                                        + " history_ttl: 300s, force_recovery: true}}]"));
        sets.addAll(more);
        return HawserServer.start(ConfigLoader.load(Optional.empty(), Map.of(), sets));
    }

    HawserServer node(int number) {
        return servers.get(number - 1);
    }

    /** Stops a node for good; returns once the other one knows. */
    void stop(int number) {
        node(number).close();
        await().atMost(LIMIT)
                .until(() -> statuses(3 - number).stream().filter("active"::equals).count() == 1);
    }

    /** A token of the user, with further claims as pairs of name and JSON. */
    static String token(String user, String... claims) {
        var draft = new TokenIssuer(SECRET).connection(user, Instant.now());
        for (int i = 0; i < claims.length; i += 2) {
            draft.json(claims[i], claims[i + 1]);
        }
        return draft.sign();
    }

    /** Connects a client; {@link Client#reply} is what its connect was answered with. */
    Client connect(int number, String token) throws IOException {
        return connect(number, token, "", "", "{}");
    }

    /**
     * @param query of the URL, with its question mark
     * @param headers more lines of the request, each ending in CRLF
     * @param subs what the client says it has seen, as JSON
     */
    Client connect(int number, String token, String query, String headers, String subs)
            throws IOException {
        var socket =
                new RawWebSocket(
                        node(number).publicPort(), "/connection/websocket" + query, headers);
        socket.text("{\"id\":1,\"connect\":{\"token\":\"" + token + "\",\"subs\":" + subs + "}}");
        String reply = socket.read().text();
        assertThat(reply).contains("\"connect\":{");
        // What was kept may follow in the same frame.
        String[] lines = reply.split("\n", 2);
        return new Client(
                socket, JSON.readTree(lines[0]).path("connect"), lines.length > 1 ? lines[1] : "");
    }

    /**
     * A client that has connected.
     *
     * @param reply result of its connect
     * @param after what came in the same message
     */
    record Client(RawWebSocket socket, JsonNode reply, String after) implements AutoCloseable {
        String id() {
            return reply.path("client").asString("");
        }

        String session() {
            return reply.path("session").asString("");
        }

        /** Reads until something contains the text. */
        String awaitText(String wanted) throws IOException {
            if (after.contains(wanted)) {
                return after;
            }
            while (true) {
                RawWebSocket.Frame frame = socket.read();
                assertThat(frame.opcode()).as(frame.text()).isEqualTo(RawWebSocket.TEXT);
                if (frame.text().contains(wanted)) {
                    return frame.text();
                }
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    JsonNode admin(int number, String method, String path) {
        return send(number, method, "/admin/v1/" + path, "");
    }

    JsonNode api(int number, String method, String body) {
        JsonNode answer = send(number, "POST", "/api/" + method, body);
        assertThat(answer.has("result")).as(answer.toString()).isTrue();
        return answer;
    }

    /** Where a client with this token is sent. */
    JsonNode route(int number, String token, String query, String... headers) {
        String path = "/route?token=" + token + query;
        var address = URI.create("http://127.0.0.1:" + node(number).publicPort() + path);
        HttpRequest.Builder request = HttpRequest.newBuilder(address);
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    private JsonNode send(int number, String method, String path, String body) {
        var address = URI.create("http://127.0.0.1:" + node(number).adminPort() + path);
        return send(
                HttpRequest.newBuilder(address)
                        .header("X-API-Key", KEY)
                        .method(method, HttpRequest.BodyPublishers.ofString(body)));
    }

    private JsonNode send(HttpRequest.Builder request) {
        try {
            return JSON.readTree(
                    http.send(request.build(), HttpResponse.BodyHandlers.ofString()).body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Waits until a node says that the user belongs there. */
    void awaitMapped(int asked, String user, String node) {
        await().atMost(LIMIT)
                .untilAsserted(
                        () -> {
                            JsonNode where = admin(asked, "GET", "affinity/" + user);
                            assertThat(where.path("node").asString("")).isEqualTo(node);
                            assertThat(where.path("reason").asString("")).isEqualTo("mapped");
                        });
    }

    @Override
    public void close() {
        http.close();
        servers.reversed().forEach(HawserServer::close);
    }
}
