package io.hawser.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.cluster.NodeInfo;
import io.hawser.grid.cluster.NodeStatus;
import io.hawser.server.security.TokenCheck;
import io.hawser.server.security.TokenIssuer;
import io.hawser.server.security.TokenVerifier;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/** The public port over HTTP. */
class PublicRoutesTest {
    private static final String SECRET = "secret";
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    private final AtomicReference<List<NodeInfo>> nodes = new AtomicReference<>(List.of());
    private final Health health =
            new Health(
                    "n1", () -> Dependency.up(0.4), () -> Dependency.OFF, () -> Dependency.up(2));
    private final DemoPage page =
            new DemoPage(new TokenIssuer(SECRET), List.of("ticks:a"), InstantSource.fixed(NOW));
    private final TestHttp http =
            new TestHttp(
                    new PublicRoutes(
                            exchange -> exchange.setStatusCode(426).endExchange(),
                            health,
                            new RouteHandler(nodes::get),
                            null,
                            page));

    @AfterEach
    void close() {
        http.close();
    }

    @ParameterizedTest
    @CsvSource({
        "STARTING, 503, starting, 503",
        "SERVING, 200, ok, 200",
        "DRAINING, 200, draining, 503",
        "FENCED, 503, fenced, 503",
        "STOPPING, 503, stopping, 503"
    })
    void healthAndReadyFollowThePhase(Health.Phase phase, int status, String name, int ready) {
        health.become(phase);
        HttpResponse<String> response = http.get("/health");
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(TestHttp.header(response, "Content-Type")).isEqualTo("application/json");
        assertThat(response.body())
                .isEqualTo(
                        "{\"status\":\"%s\",\"node\":\"n1\",\"dependencies\":{".formatted(name)
                                + "\"redis\":{\"status\":\"up\",\"latency_ms\":0.4},"
                                + "\"database\":{\"status\":\"off\",\"latency_ms\":0.0},"
                                + "\"grid\":{\"status\":\"up\",\"latency_ms\":2.0}}}");
        assertThat(http.get("/ready").statusCode()).isEqualTo(ready);
    }

    @Test
    void headHasTheStatusAndNoBody() {
        health.become(Health.Phase.SERVING);
        for (String path : List.of("/health", "/ready")) {
            HttpResponse<String> response = http.send(http.request(path).HEAD());
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health", "/ready", "/route", "/demo.json", "/"})
    void writingIsNotAllowed(String path) {
        HttpResponse<String> response =
                http.send(http.request(path).POST(HttpRequest.BodyPublishers.ofString("{}")));
        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(TestHttp.header(response, "Allow")).isEqualTo("GET, HEAD");
        assertThat(response.body()).contains("\"code\":405");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/nope",
                "/health/",
                "/api/info",
                "/admin/v1/cluster",
                "/metrics",
                "/connection",
                "/../pom.xml",
                "/%2e%2e/%2e%2e/secret",
                "/..%2f..%2fPublicRoutes.class"
            })
    void whatIsNotThereIsNotFound(String path) {
        HttpResponse<String> response = http.get(path);
        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(TestHttp.header(response, "Content-Type")).isEqualTo("application/json");
        assertThat(response.body()).startsWith("{\"error\":{\"code\":404,\"message\":");
    }

    @Test
    void connectionsAreHandedOn() {
        assertThat(http.get("/connection/websocket").statusCode()).isEqualTo(426);
        assertThat(http.get("/connection/x").statusCode()).isEqualTo(426);
    }

    // Route

    private JsonNode route(String... headers) {
        HttpRequest.Builder request = http.request("/route");
        HttpResponse<String> response =
                http.send(headers.length == 0 ? request : request.headers(headers));
        assertThat(response.statusCode()).isEqualTo(200);
        return new JsonMapper().readTree(response.body());
    }

    @Test
    void aLonelyNodeIsFoundWhereTheRequestFoundIt() {
        nodes.set(List.of(TestNodes.node("n1", NodeStatus.ACTIVE, "10.0.0.1", 8000)));
        assertThat(route())
                .isEqualTo(
                        new JsonMapper()
                                .readTree(
                                        """
                                        {"node":"n1",
                                         "url":"ws://127.0.0.1:%d/connection/websocket?node=n1",
                                         "alternatives":[],"reason":"any ready node","expires_in":10}
                                        """
                                                .formatted(http.port)));
    }

    @Test
    void behindAProxyAllNodesAreFoundAtTheProxy() {
        nodes.set(
                List.of(
                        TestNodes.node("n1", NodeStatus.ACTIVE, "10.0.0.1", 8000),
                        TestNodes.node("n2", NodeStatus.ACTIVE, "10.0.0.2", 8000)));
        JsonNode forwarded =
                route("X-Forwarded-Host", "ws.example.com, inner", "X-Forwarded-Proto", "https");
        assertThat(forwarded.required("url").stringValue())
                .startsWith("wss://ws.example.com/connection/websocket?node=n");
        assertThat(route("X-Forwarded-For", "192.0.2.1").required("url").stringValue())
                .startsWith("ws://127.0.0.1:" + http.port + "/connection/websocket?node=n");
        assertThat(route("X-Forwarded-Host", "evil\"<>/").required("url").stringValue())
                .startsWith("ws://10.0.0.");
    }

    @Test
    void eachNodeThatTakesClientsIsAnsweredSometimesAndNoOther() {
        nodes.set(
                List.of(
                        TestNodes.node("n1", NodeStatus.ACTIVE, "10.0.0.1", 8001),
                        TestNodes.node("n2", NodeStatus.ACTIVE, "fd00::2", 8002),
                        TestNodes.node("n3", NodeStatus.DRAINING, "10.0.0.3", 8003),
                        TestNodes.node("n4", NodeStatus.OFFLINE, "10.0.0.4", 8004),
                        TestNodes.node("n5", NodeStatus.ACTIVE, "10.0.0.5", 0)));
        Set<String> urls = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            JsonNode answer = route();
            urls.add(answer.required("url").stringValue());
            assertThat(answer.required("alternatives").size()).isEqualTo(1);
        }
        assertThat(urls)
                .containsExactlyInAnyOrder(
                        "ws://10.0.0.1:8001/connection/websocket?node=n1",
                        "ws://[fd00::2]:8002/connection/websocket?node=n2");
    }

    @Test
    void withoutAReadyNodeThereIsNoRoute() {
        nodes.set(List.of(TestNodes.node("n1", NodeStatus.STARTING, "10.0.0.1", 8001)));
        HttpResponse<String> response = http.get("/route");
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body()).contains("no node takes clients now");
    }

    // Demo page

    @Test
    void thePagesFilesHaveTheirTypes() {
        HttpResponse<String> response = http.get("/only-for-tests.css");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(TestHttp.header(response, "Content-Type")).startsWith("text/css");
        assertThat(TestHttp.header(response, "Cache-Control")).isEqualTo("no-cache");
        assertThat(TestHttp.header(response, "X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(response.body()).contains("color: black");
    }

    @Test
    void theDemosTokenLetsAVisitorInForADay() {
        HttpResponse<String> response = http.get("/demo.json");
        assertThat(TestHttp.header(response, "Cache-Control")).isEqualTo("no-store");
        JsonNode start = new JsonMapper().readTree(response.body());
        assertThat(start.required("channels").toString()).isEqualTo("[\"ticks:a\"]");
        var verifier = new TokenVerifier(SECRET, null, null);
        assertThat(verifier.verifyConnection(start.required("token").stringValue(), NOW))
                .isInstanceOfSatisfying(
                        TokenCheck.Valid.class,
                        valid ->
                                assertThat(valid.token().toString())
                                        .contains("user=visitor-")
                                        .contains("expireAt=" + NOW.plus(Duration.ofHours(24))));
    }
}
