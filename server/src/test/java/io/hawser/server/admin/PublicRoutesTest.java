package io.hawser.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.server.health.Dependency;
import io.hawser.server.health.Health;
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
import java.util.List;

/** The public port over HTTP. */
class PublicRoutesTest {
    private static final String SECRET = "secret";
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

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
                            exchange -> exchange.setStatusCode(204).endExchange(),
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
        "PAUSED, 200, paused, 503",
        "FENCED, 503, fenced, 503",
        "STOPPING, 503, stopping, 503"
    })
    void healthAndReadyFollowThePhase(Health.Phase phase, int status, String name, int ready) {
        if (phase == Health.Phase.FENCED) {
            health.fence();
        } else if (phase == Health.Phase.PAUSED) {
            health.become(Health.Phase.SERVING);
            health.pause();
        } else {
            health.become(phase);
        }
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
    @ValueSource(strings = {"/health", "/ready", "/demo.json", "/"})
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
        assertThat(http.get("/route?region=eu").statusCode()).isEqualTo(204);
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
