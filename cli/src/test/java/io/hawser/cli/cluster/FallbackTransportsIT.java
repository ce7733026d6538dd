package io.hawser.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hawser.devkit.Haproxy;
import io.hawser.server.security.TokenIssuer;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Clients without WebSockets against a cluster of two nodes. They always speak to the node that
 * they do not hear, as a balancer without sticky sessions may have it.
 */
class FallbackTransportsIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir static Path directory;
    private static TestCluster cluster;
    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeAll
    static void start() {
        cluster =
                TestCluster.start(
                        2,
                        directory,
                        Map.of(
                                "client.ping_interval", "6s",
                                "client.pong_timeout", "5900ms",
                                "redis.timeout", TestCluster.PATIENT_REDIS));
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    private static String token(String user) {
        return new TokenIssuer(TestCluster.TOKEN_SECRET).connection(user, Instant.now()).sign();
    }

    @ParameterizedTest
    @CsvSource({"http_stream,json", "http_stream,protobuf", "sse,json"})
    void theJavaScriptClient(String transport, String encoding) throws Exception {
        drive(transport, encoding, cluster.node(1).http("/"), cluster.node(2).http("/"));
    }

    /** Its timeouts are shorter here than the clients are silent; only pings keep streams open. */
    @ParameterizedTest
    @CsvSource({"http_stream", "sse"})
    void theJavaScriptClientBehindHaproxy(String transport) throws Exception {
        assumeTrue(Haproxy.isInstalled(), "haproxy is not installed");
        try (var proxy =
                TestProxy.before(cluster.nodes())
                        .patient()
                        .with("timeout (client|server) 30s", "timeout $1 12s")
                        .start(directory)) {
            URI front = proxy.http("/");
            drive(transport, "json", front, front);
        }
    }

    private static void drive(String transport, String encoding, URI one, URI other)
            throws Exception {
        NpmProject.install();
        String output =
                NpmProject.run(
                        Duration.ofMinutes(3),
                        "fallback-client.mjs",
                        transport,
                        encoding,
                        one.resolve("/connection/" + transport).toString(),
                        other.resolve("/emulation").toString(),
                        other.resolve("/connection/" + transport).toString(),
                        one.resolve("/emulation").toString(),
                        token("alice"),
                        token("bob"));
        assertThat(output).contains("passed");
    }

    @Test
    void commandsFindTheirNodeInOrder() throws Exception {
        HttpResponse<InputStream> stream =
                http.send(
                        post(
                                cluster.node(1).http("/connection/http_stream"),
                                "{\"id\":1,\"connect\":{\"token\":\"" + token("dave") + "\"}}"),
                        HttpResponse.BodyHandlers.ofInputStream());
        try (var lines =
                new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
            JsonNode connect = JSON.readTree(lines.readLine()).path("connect");
            assertThat(connect.path("node").asString("")).isEqualTo("n1");
            String session = connect.path("session").asString("");

            CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> sendPings(session));
            for (int id = 2; id < 60; id++) {
                String line = lines.readLine();
                while (line.equals("{}")) { // the node's own, which wants an answer soon
                    assertThat(emulate("n1", session, "{}")).isEqualTo(204);
                    line = lines.readLine();
                }
                assertThat(line).isEqualTo("{\"id\":" + id + ",\"ping\":{}}");
            }
            sent.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            assertThat(emulate("n1", session + "x", "{}")).isEqualTo(404);
            assertThat(emulate("n2", session, "{}")).isEqualTo(404);
            assertThat(emulate("n3", session, "{}")).isEqualTo(404);
        }
    }

    private void sendPings(String session) {
        for (int id = 2; id < 60; id++) {
            assertThat(emulate("n1", session, "{\"id\":" + id + ",\"ping\":{}}")).isEqualTo(204);
        }
    }

    /** Asks the second node. */
    private int emulate(String node, String session, String data) {
        String body =
                JSON.writeValueAsString(Map.of("node", node, "session", session, "data", data));
        HttpRequest request = post(cluster.node(2).http("/emulation"), body);
        return http.sendAsync(request, HttpResponse.BodyHandlers.discarding()).join().statusCode();
    }

    private static HttpRequest post(URI address, String body) {
        return HttpRequest.newBuilder(address)
                .timeout(LIMIT)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }
}
