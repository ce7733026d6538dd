package io.hawser.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.balance.Algorithm;
import io.hawser.grid.balance.Imbalance;
import io.hawser.grid.balance.Move;
import io.hawser.grid.balance.Rebalance;
import io.hawser.grid.cluster.NodeId;
import io.hawser.grid.cluster.NodeInfo;
import io.hawser.grid.cluster.NodeStatus;
import io.hawser.grid.metrics.ClusterSnapshot;
import io.hawser.grid.metrics.LatencyHistogram;
import io.hawser.grid.metrics.NodeFigures;
import io.hawser.grid.priority.Shedding;
import io.hawser.grid.scaling.ScalingDecision;
import io.hawser.grid.scaling.ScalingDecision.Direction;
import io.hawser.grid.scaling.ScalingDecision.Trigger;
import io.hawser.grid.scaling.ScalingFigures;
import io.hawser.grid.scaling.ScalingStatus;
import io.hawser.server.api.ApiHandler;
import io.hawser.server.api.ApiMetrics;
import io.hawser.server.api.TestApi;
import io.hawser.server.binding.Secret;
import io.hawser.server.config.ChannelOptions;
import io.hawser.server.health.Dependency;
import io.hawser.server.health.Health;
import io.hawser.server.metrics.ClusterFigures;
import io.hawser.server.metrics.NodeMetrics;
import io.hawser.server.metrics.ScalingGauges;
import io.hawser.server.session.SlowConsumer;
import io.hawser.server.session.SlowConsumers;
import io.hawser.server.storage.Database;
import io.hawser.server.storage.RecorderLimits;
import io.hawser.server.storage.SessionRecorder;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.hotspot.DefaultExports;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;

/** The admin port over HTTP, with and without a key. */
class AdminRoutesTest {
    private static final String KEY = "k3y";
    private static final int MAX_BODY = 8 << 20;

    private static final String TOTALS =
            "{\"nodes\":1,\"healthy_nodes\":1,\"measured_nodes\":1,\"connections\":30,"
                    + "\"max_connections\":100,\"messages_per_second\":12.5,"
                    + "\"error_rate\":0.015,\"latency\":{\"count\":0,\"average_ms\":0.0,"
                    + "\"p50_ms\":0.0,\"p95_ms\":0.0,\"p99_ms\":0.0}}";

    private static final ScalingFigures SCALING_FIGURES =
            new ScalingFigures(3, 0.82, "n2", 0.95, 4.5, 0.01, 0.02, null);

    private static final ScalingStatus SCALING =
            new ScalingStatus(
                    true,
                    SCALING_FIGURES,
                    "12 s since the last decision, not 180 s",
                    List.of(
                            new ScalingDecision(
                                    7,
                                    1_700_000_000_000L,
                                    "n1",
                                    false,
                                    Direction.UP,
                                    Trigger.NODE_UTILISATION,
                                    "node n2 is full",
                                    3,
                                    4,
                                    List.of("n4"),
                                    SCALING_FIGURES)));

    private final TestApi node = new TestApi();
    private final List<NodeInfo> nodes =
            List.of(
                    TestNodes.node("n2", NodeStatus.ACTIVE, "10.0.0.2", 8000),
                    TestNodes.node("n1", NodeStatus.DRAINING, "10.0.0.1", 8000));
    private final Health health =
            new Health("n1", () -> Dependency.OFF, () -> Dependency.OFF, () -> Dependency.up(1));
    private final AtomicReference<Imbalance> imbalance = new AtomicReference<>(Imbalance.NONE);
    private final CollectorRegistry registry = new CollectorRegistry();
    private final SessionRecorder recorder =
            SessionRecorder.start(Database.off(), "n1", 1, RecorderLimits.DEFAULT);
    private final ApiMetrics apiMetrics = new ApiMetrics(registry);
    private final TestHttp http = new TestHttp(routes(KEY));

    AdminRoutesTest() {
        health.become(Health.Phase.SERVING);
        DefaultExports.register(registry);
        registry.register(
                new NodeMetrics(
                        new NodeMetrics.Sources(
                                health,
                                node.counters,
                                new Shedding(),
                                node.sessions,
                                node.hub,
                                node.lanes,
                                node.broker,
                                recorder,
                                () -> nodes)));
        registry.register(new ClusterFigures(AdminRoutesTest::figures));
        registry.register(
                new ScalingGauges(
                        () -> SCALING,
                        Map.of(new ScalingGauges.Hook("command", "failed"), () -> 2L)));
    }

    private AdminRoutes routes(String key) {
        return new AdminRoutes(
                new MetricsHandler(registry),
                new ApiHandler(new Secret(key), node.api, apiMetrics),
                new AdminHandler(
                        new Secret(key),
                        "hawser",
                        health,
                        () -> nodes,
                        AdminRoutesTest::figures,
                        () -> ScalingView.of("on", SCALING),
                        new SlowHandler(AdminRoutesTest::slow),
                        new BalanceView.Source(Algorithm.TWO_CHOICES, imbalance::get)));
    }

    private static ClusterSnapshot figures() {
        var node =
                new NodeFigures(
                        "n1",
                        NodeFigures.Standing.HEALTHY,
                        true,
                        30,
                        100,
                        0.5,
                        0.25,
                        12.5,
                        200,
                        3,
                        LatencyHistogram.EMPTY);
        return ClusterSnapshot.of(List.of(node));
    }

    private static CompletionStage<SlowConsumers> slow(int limit, Duration timeout) {
        var one =
                new SlowConsumer(
                        "c1",
                        "ann",
                        "10.0.0.9",
                        1234,
                        65_536,
                        3,
                        EnumSet.of(ChannelOptions.SlowConsumer.LATEST));
        return CompletableFuture.supplyAsync(
                () -> new SlowConsumers(Collections.nCopies(limit, one), 1));
    }

    @AfterEach
    void close() {
        http.close();
        recorder.close();
        node.close();
    }

    private HttpResponse<String> get(String path) {
        return http.send(http.request(path).header("X-API-Key", KEY));
    }

    private HttpResponse<String> post(String path, String body) {
        return post(path, BodyPublishers.ofString(body));
    }

    private HttpResponse<String> post(String path, HttpRequest.BodyPublisher body) {
        return http.send(http.request(path).header("X-API-Key", KEY).POST(body));
    }

    // Figures and scaling

    @Test
    void theClustersFiguresAreAddedUp() {
        HttpResponse<String> all = get("/admin/v1/metrics");
        assertThat(all.statusCode()).isEqualTo(200);
        assertThat(all.body())
                .startsWith("{\"cluster\":" + TOTALS + ",\"nodes\":[{\"id\":\"n1\"")
                .contains("\"standing\":\"healthy\"");
        assertThat(get("/admin/v1/cluster").body()).contains("\"metrics\":" + TOTALS);
    }

    @Test
    void scalingShowsDecisionsAndWhatHoldsTheNextOne() {
        assertThat(get("/admin/v1/scaling").body())
                .contains("\"mode\":\"on\",\"coordinator\":true")
                .contains("\"held\":\"12 s since")
                .contains("\"number\":7", "\"direction\":\"up\"", "\"to_nodes\":4")
                .contains("\"trigger\":\"node_utilisation\"", "\"nodes\":[\"n4\"]");
    }

    @Test
    void figuresAndScalingAreMetrics() {
        assertThat(get("/metrics").body())
                .contains("hawser_cluster_connections 30.0")
                .contains("hawser_node_connections{node=\"n1\",} 30.0")
                .contains("hawser_cluster_latency_seconds{quantile=\"0.99\",} 0.0")
                .contains("hawser_scaling_target_nodes 4.0")
                .contains("hawser_scaling_hooks_total{hook=\"command\",outcome=\"failed\",} 2.0");
    }

    // Keys

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/info",
                "/api/nope",
                "/admin/v1/cluster",
                "/admin/v1/nodes",
                "/admin/v1/nodes/n1",
                "/admin/v1/slow",
                "/admin/v1/metrics",
                "/admin/v1/scaling",
                "/admin/v1/nope"
            })
    void withoutTheRightKeyNobodyGetsIn(String path) {
        HttpRequest.Builder request = http.request(path).POST(BodyPublishers.ofString("{}"));
        assertRefused(http.send(request));
        assertRefused(http.send(request.copy().header("X-API-Key", "wrong")));
        assertRefused(http.send(request.copy().header("X-API-Key", "")));
        assertRefused(http.send(request.copy().header("Authorization", "apikey wrong")));
        assertRefused(http.send(request.copy().header("Authorization", "Bearer " + KEY)));
        assertRefused(
                http.send(
                        http.request(path + "?api_key=wrong").POST(BodyPublishers.ofString("{}"))));
    }

    private static void assertRefused(HttpResponse<String> response) {
        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(TestHttp.header(response, "WWW-Authenticate")).isNotEmpty();
        assertThat(response.body())
                .isEqualTo(
                        "{\"error\":{\"code\":401,\"message\":"
                                + "\"wrong or missing API key: send it as X-API-Key\"}}");
    }

    @Test
    void theKeyMayComeInThreeWays() {
        var body = BodyPublishers.ofString("{}");
        for (HttpRequest.Builder request :
                List.of(
                        http.request("/api/info").header("X-API-Key", KEY),
                        http.request("/api/info").header("Authorization", "apikey " + KEY),
                        http.request("/api/info").header("Authorization", "ApiKey " + KEY),
                        http.request("/api/info?api_key=" + KEY))) {
            assertThat(http.send(request.POST(body)).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void withoutAConfiguredKeyEveryCallIsRefusedAndTold() {
        try (var closed = new TestHttp(routes(""))) {
            for (String offered : List.of("", KEY)) {
                HttpResponse<String> response =
                        closed.send(
                                closed.request("/admin/v1/cluster").header("X-API-Key", offered));
                assertThat(response.statusCode()).isEqualTo(401);
                assertThat(response.body()).contains("set api.key");
            }
            assertThat(closed.get("/metrics").statusCode()).isEqualTo(200);
        }
    }

    // Server API

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    publish | {"channel":"a","data":{"x" : 1}} | 200 | {"result":{"offset":0,"epoch":""}}
                    publish | {"data":1}          | 200 | {"error":{"code":107,"message":"bad request: channel is missing"}}
                    publish | {"channel":"n:a","data":1} | 200 | {"error":{"code":102,"message":"unknown channel"}}
                    batch   | {"commands":[]}     | 200 | {"replies":[]}
                    batch   | {"commands":[{"publish":{"channel":"a"}},{"presence":{"channel":"p:a"}}]} | 200 | {"replies":[{"error":{"code":107,"message":"bad request: data is missing"}},{"presence":{"presence":{}}}]}
                    disconnect | {"user":"u"}     | 200 | {"result":{}}
                    publish | ``                  | 400 |
                    publish | nonsense            | 400 |
                    publish | {"channel":"a","data": | 400 |
                    publish | {"channel":"a","data":1} x | 400 |
                    publish | {"channel":"a","data":01} | 400 |
                    publish | []                  | 400 |
                    publish | "a"                 | 400 |
                    nope    | {}                  | 404 |
                    Publish | {}                  | 404 |
                    publish/x | {}                | 404 |
                    """)
    void aBodyHasItsStatusAndAnswer(String method, String body, int status, String answer) {
        HttpResponse<String> response = post("/api/" + method, body);
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(TestHttp.header(response, "Content-Type")).isEqualTo("application/json");
        if (status == 200) {
            assertThat(response.body()).isEqualTo(answer);
        } else {
            assertThat(response.body()).startsWith("{\"error\":{\"code\":" + status);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "PUT", "DELETE", "OPTIONS"})
    void onlyPostIsAllowed(String method) {
        HttpResponse<String> response =
                http.send(
                        http.request("/api/publish")
                                .header("X-API-Key", KEY)
                                .method(method, BodyPublishers.noBody()));
        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(TestHttp.header(response, "Allow")).isEqualTo("POST");
    }

    @Test
    void aBodyThatIsNotUtf8IsRefused() {
        byte[] body = "{\"channel\":\"a\",\"data\":\"é\"}".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(post("/api/publish", BodyPublishers.ofByteArray(body)).statusCode())
                .isEqualTo(400);
        byte[] utf16 = "{\"channel\":\"a\",\"data\":1}".getBytes(StandardCharsets.UTF_16BE);
        assertThat(post("/api/publish", BodyPublishers.ofByteArray(utf16)).statusCode())
                .isEqualTo(400);
    }

    @Test
    void theLargestBodyPassesAndALargerOneDoesNot() {
        String frame = "{\"channel\":\"a\",\"data\":\"%s\"}";
        String largest = frame.formatted("x".repeat(MAX_BODY - frame.length() + 2));
        assertThat(post("/api/publish", largest).statusCode()).isEqualTo(200);
        byte[] larger = largest.replace("\"a\"", "\"ab\"").getBytes(StandardCharsets.UTF_8);
        assertThat(larger).hasSize(MAX_BODY + 1);
        assertThat(post("/api/publish", BodyPublishers.ofByteArray(larger)).statusCode())
                .isEqualTo(413);
        byte[] muchLarger = new byte[3 * MAX_BODY];
        assertThat(post("/api/publish", BodyPublishers.ofByteArray(muchLarger)).statusCode())
                .isEqualTo(413);
        assertThat(post("/api/publish", largest).statusCode()).isEqualTo(200);
    }

    @Test
    void aBodyOfUnknownLengthIsMeasuredToo() {
        byte[] small = "{\"channel\":\"a\",\"data\":1}".getBytes(StandardCharsets.UTF_8);
        assertThat(post("/api/publish", chunked(small)).statusCode()).isEqualTo(200);
        assertThat(post("/api/publish", chunked(new byte[MAX_BODY + 100_000])).statusCode())
                .isEqualTo(413);
    }

    private static HttpRequest.BodyPublisher chunked(byte[] body) {
        return BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body));
    }

    @Test
    void dataComesBackByteForByte() {
        String data = "{ \"b\":1.0,\t\"a\" : \"\\u0041😀/\\/\", \"n\":1e400, \"b\":[ ] }";
        post("/api/publish", "{\"channel\":\"h:x\",\"data\":" + data + "}");
        assertThat(post("/api/history", "{\"channel\":\"h:x\",\"limit\":1}").body())
                .contains("\"data\":" + data + "}");
    }

    // Administration

    @Test
    void theClusterIsShownWithItsNodes() {
        assertThat(get("/admin/v1/cluster").body())
                .isEqualTo(
                        "{\"cluster\":\"hawser\",\"status\":\"ok\",\"nodes\":["
                                + shown("n1", "draining", "10.0.0.1")
                                + ","
                                + shown("n2", "active", "10.0.0.2")
                                + "],\"connections\":14,\"healthy_nodes\":1,\"metrics\":"
                                + TOTALS
                                + ",\"dependencies\":{"
                                + "\"redis\":{\"status\":\"off\",\"latency_ms\":0.0},"
                                + "\"database\":{\"status\":\"off\",\"latency_ms\":0.0},"
                                + "\"grid\":{\"status\":\"up\",\"latency_ms\":1.0}},"
                                + "\"balance\":{\"algorithm\":\"two_choices\",\"variation\":0.0,"
                                + "\"ratio\":1.0,\"imbalanced_for_ms\":0,\"rebalance\":[]}}");
    }

    private static String shown(String id, String status, String address) {
        return ("{\"id\":\"%s\",\"status\":\"%s\",\"address\":\"%s\",\"port\":8000,"
                        + "\"admin_port\":9000,\"agent_port\":0,\"connections\":7,\"max_connections\":10000,"
                        + "\"cpu\":0.123,\"memory\":0.5,\"region\":\"eu\",\"zone\":\"a\","
                        + "\"incarnation\":3,\"last_heartbeat_ms\":1700000000000,"
                        + "\"messages_per_second\":42.0,\"version\":\"0.1.0\",\"error_rate\":0.063,"
                        + "\"overloaded\":false,\"score\":0.869}")
                .formatted(id, status, address);
    }

    @Test
    void nodesAreShownOneByOneToo() {
        assertThat(get("/admin/v1/nodes").body())
                .startsWith("{\"algorithm\":\"two_choices\",\"nodes\":[{\"id\":\"n1\"");
        assertThat(get("/admin/v1/nodes/n2").body()).isEqualTo(shown("n2", "active", "10.0.0.2"));
        HttpResponse<String> unknown = get("/admin/v1/nodes/n9");
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.body()).contains("no node of that id");
        assertThat(get("/admin/v1/nope").statusCode()).isEqualTo(404);
        assertThat(post("/admin/v1/cluster", "{}").statusCode()).isEqualTo(405);
        assertThat(get("/").statusCode()).isEqualTo(404);
    }

    @Test
    void whatShouldBeMovedIsShown() {
        var move = new Move(new NodeId("n1"), new NodeId("n2"), 120);
        imbalance.set(
                new Imbalance(
                        0.70711, Double.POSITIVE_INFINITY, 31_000, new Rebalance(List.of(move))));
        assertThat(get("/admin/v1/cluster").body())
                .endsWith(
                        "\"balance\":{\"algorithm\":\"two_choices\",\"variation\":0.707,"
                                + "\"imbalanced_for_ms\":31000,\"rebalance\":["
                                + "{\"from\":\"n1\",\"to\":\"n2\",\"connections\":120}]}}");
    }

    @Test
    void slowConsumersAreShownUpToALimit() {
        String one =
                "{\"client\":\"c1\",\"user\":\"ann\",\"address\":\"10.0.0.9\",\"since_ms\":1234,"
                        + "\"bytes\":65536,\"dropped\":3,\"policies\":[\"latest\"]}";
        assertThat(get("/admin/v1/slow?limit=2").body())
                .isEqualTo("{\"clients\":[" + one + "," + one + "],\"threads_missing\":1}");
        assertThat(get("/admin/v1/slow").body().split("\"client\"", -1)).hasSize(101);
        assertThat(get("/admin/v1/slow?limit=0").statusCode()).isEqualTo(400);
        assertThat(get("/admin/v1/slow?limit=x").statusCode()).isEqualTo(400);
        assertThat(get("/admin/v1/slow?limit=10001").statusCode()).isEqualTo(400);
        assertThat(post("/admin/v1/slow", "").statusCode()).isEqualTo(405);
    }

    @Test
    void aLostNodeDegradesTheCluster() {
        var view =
                ClusterView.of(
                        "hawser",
                        health.view(),
                        List.of(TestNodes.node("n1", NodeStatus.OFFLINE, "10.0.0.1", 1)),
                        new BalanceView.Source(Algorithm.ADAPTIVE, imbalance::get),
                        figures());
        assertThat(view.nodes().getFirst().score()).isNull();
        assertThat(view.status()).isEqualTo("degraded");
        assertThat(view.connections()).isZero();
        assertThat(view.healthyNodes()).isZero();
    }

    @Test
    void aBodyThatDoesNotComeIsNotWaitedFor() throws IOException {
        var api = new ApiHandler(new Secret(KEY), node.api, apiMetrics, 200);
        try (var slow = new TestHttp(api);
                var socket = new Socket(InetAddress.getLoopbackAddress(), slow.port)) {
            socket.setSoTimeout(10_000);
            String head =
                    "POST /api/publish HTTP/1.1\r\nHost: here\r\nX-API-Key: %s\r\nContent-Length: 50\r\n\r\n{"
                            .formatted(KEY);
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            var answer =
                    new BufferedReader(
                            new InputStreamReader(
                                    socket.getInputStream(), StandardCharsets.US_ASCII));
            assertThat(answer.readLine()).contains("408");
        }
    }

    // Metrics

    @Test
    void metricsNeedNoKeyAndCountCalls() {
        post("/api/publish", "{\"channel\":\"secret-channel\",\"data\":1}");
        post("/api/publish", "{\"channel\":\"nope:x\",\"data\":1}");
        node.counters.connections.add(3);
        node.counters.subscriptions.add(7);
        HttpResponse<String> response = http.get("/metrics");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(TestHttp.header(response, "Content-Type")).startsWith("text/plain");
        assertThat(response.body().lines())
                .contains(
                        "# TYPE hawser_connections gauge",
                        "hawser_connections 3.0",
                        "# TYPE hawser_subscriptions gauge",
                        "hawser_subscriptions 7.0",
                        "hawser_publications_total 1.0",
                        "hawser_api_calls_total{method=\"publish\",code=\"0\",} 1.0",
                        "hawser_api_calls_total{method=\"publish\",code=\"102\",} 1.0",
                        "hawser_nodes{status=\"active\",} 1.0",
                        "hawser_nodes{status=\"draining\",} 1.0",
                        "hawser_health_status{status=\"ok\",} 1.0",
                        "hawser_broker_up 1.0",
                        "hawser_broker_overrun_total 0.0")
                .anyMatch(line -> line.startsWith("jvm_memory_bytes_used"))
                .noneMatch(line -> line.contains("secret-channel"));
    }

    @Test
    void everyMetricOfOursHasHelp() {
        List<String> lines = http.get("/metrics").body().lines().toList();
        assertThat(lines)
                .filteredOn(line -> line.startsWith("# TYPE hawser_"))
                .isNotEmpty()
                .allSatisfy(
                        type -> {
                            String name = type.replaceAll("# TYPE (\\S+) .*", "$1");
                            assertThat(lines)
                                    .anyMatch(
                                            line ->
                                                    line.matches(
                                                            "# HELP " + name + " [A-Z0-9].*\\."));
                        });
    }

    @Test
    void everyMetricOfOursIsDescribed() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "metrics.md"));
        assertThat(http.get("/metrics").body().lines())
                .filteredOn(line -> line.startsWith("# TYPE hawser_"))
                .allSatisfy(
                        type ->
                                assertThat(page)
                                        .containsPattern(
                                                "\\| `"
                                                        + type.replaceAll("# TYPE (\\S+) .*", "$1")
                                                        + "[`{]"));
    }
}
