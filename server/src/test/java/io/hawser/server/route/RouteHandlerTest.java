package io.hawser.server.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.affinity.AffinityByConnection;
import io.hawser.grid.affinity.AffinityByHash;
import io.hawser.grid.affinity.AffinityByRegion;
import io.hawser.grid.affinity.AffinityByUserId;
import io.hawser.grid.affinity.AffinityEntry;
import io.hawser.grid.affinity.AffinityNone;
import io.hawser.grid.affinity.AffinityStrategy;
import io.hawser.grid.affinity.ClientTraits;
import io.hawser.grid.affinity.NodeChooser;
import io.hawser.grid.affinity.Placing;
import io.hawser.grid.balance.Algorithm;
import io.hawser.grid.balance.LoadBalancer;
import io.hawser.grid.cluster.NodeId;
import io.hawser.grid.cluster.NodeInfo;
import io.hawser.grid.cluster.NodeLoad;
import io.hawser.grid.cluster.NodeStatus;
import io.hawser.server.admin.TestHttp;
import io.hawser.server.admin.TestNodes;
import io.hawser.server.binding.AddressRange;
import io.hawser.server.binding.Secret;
import io.hawser.server.config.ConfigLoader;
import io.hawser.server.endpoint.ClientAddresses;
import io.hawser.server.endpoint.Origins;
import io.hawser.server.endpoint.Visits;
import io.hawser.server.security.SourceLimit;
import io.hawser.server.security.TokenIssuer;
import io.hawser.server.security.TokenVerifier;
import io.hawser.server.session.Continuity;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/** Where clients are sent, over HTTP. */
class RouteHandlerTest {
    private static final String SECRET = "a secret of the tests, 32 bytes or more";
    private static final String KEY = "k3y";
    private static final String SESSION = "0123456789abcdefABCDEF";
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    private final AtomicReference<List<NodeInfo>> nodes =
            new AtomicReference<>(
                    List.of(
                            TestNodes.node("n1", NodeStatus.ACTIVE, "10.0.0.1", 8001),
                            TestNodes.node("n2", NodeStatus.ACTIVE, "10.0.0.2", 8002)));
    private final Map<String, NodeId> homes = new ConcurrentHashMap<>();
    private final List<TestHttp> opened = new ArrayList<>();
    private final TestHttp http = node(false, "127.0.0.0/8");
    private final TestHttp insecure = node(true, "127.0.0.0/8");

    private TestHttp node(boolean insecure, String trusted) {
        return node(insecure, trusted, new SourceLimit(0, 1));
    }

    private TestHttp node(boolean insecure, String trusted, SourceLimit limit) {
        return node(insecure, trusted, limit, false, client -> homes.get(client.user()));
    }

    /** A node with affinity, at which 10.9.0.0/16 is in region us. */
    private TestHttp node(AffinityStrategy strategy, Map<String, String> mappings) {
        var placing = new Placing(strategy, NodeChooser.RENDEZVOUS);
        return node(
                true,
                "127.0.0.0/8",
                new SourceLimit(0, 1),
                strategy.byRegion(),
                client ->
                        placing.home(
                                placing.place(
                                        client,
                                        entry(strategy.key(client), mappings),
                                        nodes.get())));
    }

    private static @Nullable AffinityEntry entry(
            @Nullable String key, Map<String, String> mappings) {
        String node = key == null ? null : mappings.get(key);
        return node == null ? null : AffinityEntry.first(new NodeId(node), 3, 1);
    }

    private static ClientTraits traits(String user, String session, String region, String address) {
        String table = address.startsWith("10.9.") ? "us" : "";
        return new ClientTraits(user, session, region.isEmpty() ? table : region, address);
    }

    private TestHttp node(
            boolean insecure, String trusted, SourceLimit limit, boolean byRegion, Homes where) {
        var gate =
                new RouteGate(
                        new TokenVerifier(SECRET, null, null),
                        new Secret(KEY),
                        insecure,
                        limit,
                        InstantSource.fixed(NOW));
        var node =
                new TestHttp(
                        new RouteHandler(
                                gate,
                                new Newcomers(
                                        new Visits(
                                                new Continuity.Rules(
                                                        true, "x-region", 60, () -> "")),
                                        RouteHandlerTest::traits,
                                        byRegion,
                                        Map.of("us", List.of("none", "asia"))),
                                new LoadBalancer(Algorithm.ROUND_ROBIN, nodes::get),
                                where,
                                nodes::get,
                                new ClientAddresses(ranges(trusted)),
                                new Origins(List.of("https://app.example"))));
        opened.add(node);
        return node;
    }

    private static List<AddressRange> ranges(String range) {
        return ConfigLoader.load(
                        Optional.empty(), Map.of(), List.of("node.trusted_proxies=[" + range + "]"))
                .node()
                .trustedProxies();
    }

    @AfterEach
    void close() {
        opened.forEach(TestHttp::close);
    }

    private static String token(String user) {
        return new TokenIssuer(SECRET).connection(user, NOW).expiresAt(NOW.plusSeconds(60)).sign();
    }

    private static HttpResponse<String> get(TestHttp node, String query, String... headers) {
        HttpRequest.Builder request = node.request("/route" + query);
        return node.send(headers.length == 0 ? request : request.headers(headers));
    }

    private static JsonNode route(TestHttp node, String query, String... headers) {
        HttpResponse<String> response = get(node, query, headers);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return new JsonMapper().readTree(response.body());
    }

    private static String url(TestHttp node, String... headers) {
        return route(node, "", headers).required("url").stringValue();
    }

    // The answer

    @Test
    void tellsTheNodeAndTheOthers() {
        HttpResponse<String> response = get(http, "?token=" + token("ann"));
        assertThat(TestHttp.header(response, "Cache-Control")).isEqualTo("no-store");
        assertThat(response.body())
                .isEqualTo(
                        "{\"node\":\"n1\",\"url\":\"ws://10.0.0.1:8001/connection/websocket?node=n1\","
                                + "\"alternatives\":[{\"node\":\"n2\",\"url\":"
                                + "\"ws://10.0.0.2:8002/connection/websocket?node=n2\"}],"
                                + "\"reason\":\"its turn\",\"expires_in\":10}");
    }

    @Test
    void theBalancersAlgorithmDecides() {
        List<String> chosen = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            chosen.add(route(insecure, "").required("node").stringValue());
        }
        assertThat(chosen).containsExactly("n1", "n2", "n1", "n2");
    }

    @Test
    void whoBelongsToANodeIsSentThere() {
        homes.put("ann", new NodeId("n2"));
        for (int i = 0; i < 3; i++) {
            JsonNode route = route(http, "?token=" + token("ann"));
            assertThat(route.required("node").stringValue()).isEqualTo("n2");
            assertThat(route.required("reason").stringValue()).isEqualTo("the user's node");
        }
        homes.put("ann", new NodeId("n9"));
        assertThat(route(http, "?token=" + token("ann")).required("reason").stringValue())
                .isEqualTo("the user's node n9 takes no clients; its turn");
    }

    @Test
    void theWantedRegionComesFirst() {
        NodeLoad load = new NodeLoad(7, 10, 0, 0, 0, 0);
        nodes.set(
                List.of(
                        TestNodes.node("n1", NodeStatus.ACTIVE, "h1", 1, "eu", load),
                        TestNodes.node("n2", NodeStatus.ACTIVE, "h2", 2, "us", load),
                        TestNodes.node("n3", NodeStatus.DRAINING, "h3", 3, "asia", load)));
        for (int i = 0; i < 3; i++) {
            JsonNode us = route(insecure, "?region=us");
            assertThat(us.required("node").stringValue()).isEqualTo("n2");
            assertThat(us.required("reason").stringValue()).isEqualTo("in region us, its turn");
        }
        assertThat(route(insecure, "?region=asia").required("reason").stringValue())
                .isEqualTo("no node of region asia has room; its turn");
    }

    // By each strategy of affinity

    private static String node(TestHttp node, String query, String... headers) {
        return route(node, query, headers).required("node").stringValue();
    }

    @Test
    void aUserIsKnownByNameAndAnAnonymousClientByItsSession() {
        TestHttp node = node(new AffinityByUserId(), Map.of("u:ann", "n2", "s:" + SESSION, "n1"));
        for (int i = 0; i < 3; i++) {
            assertThat(node(node, "?token=" + token("ann"))).isEqualTo("n2");
            assertThat(node(node, "?user=ann&session=" + SESSION)).isEqualTo("n2");
            assertThat(node(node, "?session=" + SESSION)).isEqualTo("n1");
            assertThat(node(node, "", "Cookie", "a=b; hawser_session=" + SESSION)).isEqualTo("n1");
        }
        assertThat(node(node, "")).as("nobody").isNotEqualTo(node(node, ""));
    }

    @Test
    void twoSessionsOfAUserAreTwoClients() {
        String other = SESSION.replace('0', '1');
        TestHttp node =
                node(
                        new AffinityByConnection(),
                        Map.of("u:ann", "n2", "s:" + SESSION, "n1", "s:" + other, "n2"));
        String ann = "?token=" + token("ann");
        for (int i = 0; i < 3; i++) {
            assertThat(node(node, ann + "&session=" + SESSION)).isEqualTo("n1");
            assertThat(node(node, ann + "&session=" + other)).isEqualTo("n2");
            assertThat(node(node, ann, "Cookie", "hawser_session=" + other)).isEqualTo("n2");
            assertThat(node(node, ann + "&session=" + SESSION, "Cookie", "hawser_session=" + other))
                    .as("the URL goes first")
                    .isEqualTo("n1");
        }
        assertThat(node(node, ann)).as("not known yet").isNotEqualTo(node(node, ann));
        assertThat(TestHttp.header(get(node, ann), "Set-Cookie")).isEqualTo("");
    }

    @Test
    void aHashBindsWhoHasAName() {
        TestHttp node = node(new AffinityByHash(), Map.of());
        Set<String> chosen = new HashSet<>();
        for (int i = 0; i < 30; i++) {
            String user = "?user=user-" + i;
            String home = node(node, user);
            assertThat(node(node, user)).isEqualTo(home);
            chosen.add(home);
        }
        assertThat(chosen).containsExactlyInAnyOrder("n1", "n2");
        assertThat(node(node, "")).as("nobody").isNotEqualTo(node(node, ""));
    }

    @Test
    void withoutAffinityNobodyIsBound() {
        TestHttp node = node(new AffinityNone(), Map.of("u:ann", "n2"));
        assertThat(node(node, "?user=ann")).isNotEqualTo(node(node, "?user=ann"));
    }

    @Test
    void aRegionIsThatOfTheTokenTheHeaderOrTheAddress() {
        NodeLoad load = new NodeLoad(7, 1_000, 0, 0, 0, 0);
        NodeLoad full = new NodeLoad(10, 10, 0, 0, 0, 0);
        NodeInfo eu = TestNodes.node("n1", NodeStatus.ACTIVE, "h1", 1, "eu", load);
        NodeInfo us = TestNodes.node("n2", NodeStatus.ACTIVE, "h2", 2, "us", load);
        NodeInfo asia = TestNodes.node("n3", NodeStatus.ACTIVE, "h3", 3, "asia", load);
        nodes.set(List.of(eu, us, asia));
        var strategy = new AffinityByRegion(Map.of("us", List.of("none", "asia")));
        TestHttp node = node(strategy, Map.of("u:ann", "n1"));
        String american =
                "?token="
                        + new TokenIssuer(SECRET)
                                .connection("ann", NOW)
                                .json("region", "\"us\"")
                                .expiresAt(NOW.plusSeconds(60))
                                .sign();
        for (int i = 0; i < 3; i++) {
            assertThat(node(node, american)).isEqualTo("n2");
            assertThat(node(node, american + "&region=eu")).as("a wish").isEqualTo("n2");
            assertThat(node(node, american, "X-Region", "eu")).as("token first").isEqualTo("n2");
            assertThat(node(node, "", "X-Region", "asia")).isEqualTo("n3");
            assertThat(node(node, "", "X-Forwarded-For", "10.9.0.1")).isEqualTo("n2");
            assertThat(node(node, "?user=ann")).as("region unknown").isEqualTo("n1");
            assertThat(node(node, "?region=asia")).as("region unknown").isEqualTo("n3");
        }
        nodes.set(List.of(eu, TestNodes.node("n2", NodeStatus.ACTIVE, "h2", 2, "us", full), asia));
        for (int i = 0; i < 3; i++) {
            JsonNode route = route(node, american);
            assertThat(route.required("node").stringValue()).isEqualTo("n3");
            assertThat(route.required("reason").stringValue())
                    .isEqualTo("no node of region us has room; in region asia, its turn");
        }
    }

    // Limits of the answer

    @Test
    void fourAlternativesAreEnough() {
        List<NodeInfo> many = new ArrayList<>();
        for (int i = 1; i <= 9; i++) {
            many.add(TestNodes.node("n" + i, NodeStatus.ACTIVE, "h", i));
        }
        nodes.set(many);
        assertThat(route(insecure, "").required("alternatives").size()).isEqualTo(4);
    }

    @Test
    void ipv6AddressesAreBracketed() {
        nodes.set(
                List.of(
                        TestNodes.node("n1", NodeStatus.ACTIVE, "fd00::1", 8001),
                        TestNodes.node("n2", NodeStatus.STARTING, "fd00::2", 8002)));
        assertThat(url(insecure, "X-Forwarded-Host", "not a host"))
                .isEqualTo("ws://[fd00::1]:8001/connection/websocket?node=n1");
    }

    @Test
    void whereNobodyTakesClientsThereIsNoRoute() {
        nodes.set(
                List.of(
                        TestNodes.node("n1", NodeStatus.STARTING, "10.0.0.1", 8001),
                        TestNodes.node("n2", NodeStatus.DRAINING, "10.0.0.2", 8002)));
        HttpResponse<String> response = get(insecure, "");
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(TestHttp.header(response, "Retry-After")).isEqualTo("1");
        assertThat(response.body()).contains("no node takes clients now");
    }

    // Who may ask

    @ParameterizedTest
    @ValueSource(strings = {"", "?user=ann", "?token=", "?token=&user=ann"})
    void withoutATokenNobodyIsTold(String query) {
        assertRefused(get(http, query), "a token is needed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "a.b.c", "..", "%00", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbm4ifQ."})
    void anInvalidTokenIsRefusedEvenWhereNoneIsNeeded(String token) {
        assertRefused(get(http, "?token=" + token), "invalid token");
        assertRefused(get(insecure, "?token=" + token), "invalid token");
        assertRefused(get(http, "?token=" + token, "X-API-Key", KEY), "invalid token");
    }

    @Test
    void aTokenOfAnotherClusterIsInvalid() {
        String other =
                new TokenIssuer("another secret of 32 bytes or more").connection("a", NOW).sign();
        assertRefused(get(http, "?token=" + other), "invalid token");
    }

    @Test
    void anExpiredTokenIsNamedAsThat() {
        String old = new TokenIssuer(SECRET).connection("ann", NOW).expiresAt(NOW).sign();
        assertRefused(get(http, "?token=" + old), "token expired");
    }

    @Test
    void aSubscriptionTokenOpensNothing() {
        String token = new TokenIssuer(SECRET).subscription("ann", "news", NOW).sign();
        assertRefused(get(http, "?token=" + token), "invalid token");
    }

    private static void assertRefused(HttpResponse<String> response, String why) {
        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(TestHttp.header(response, "WWW-Authenticate")).isEqualTo("Bearer");
        assertThat(response.body()).startsWith("{\"error\":{\"code\":401,\"message\":\"" + why);
    }

    @Test
    void theTokenMayBeAHeader() {
        homes.put("ann", new NodeId("n2"));
        for (String scheme : List.of("Bearer ", "bearer ")) {
            assertThat(
                            route(http, "", "Authorization", scheme + token("ann"))
                                    .required("node")
                                    .stringValue())
                    .isEqualTo("n2");
        }
    }

    @Test
    void theApiKeyAsksForAnyUser() {
        homes.put("ann", new NodeId("n2"));
        for (int i = 0; i < 2; i++) {
            JsonNode route = route(http, "?user=ann", "X-API-Key", KEY);
            assertThat(route.required("node").stringValue()).isEqualTo("n2");
        }
        route(http, "?user=ann&api_key=" + KEY);
        HttpResponse<String> wrong = get(http, "?user=ann", "X-API-Key", "wrong");
        assertThat(wrong.statusCode()).isEqualTo(401);
        assertThat(wrong.body()).contains("wrong or missing API key");
        assertThat(get(insecure, "?user=ann", "X-API-Key", "wrong").statusCode()).isEqualTo(401);
    }

    @Test
    void whereAnybodyMayConnectAnybodyMayAsk() {
        homes.put("ann", new NodeId("n2"));
        assertThat(route(insecure, "?user=ann").required("node").stringValue()).isEqualTo("n2");
        assertThat(route(insecure, "?user=ann").required("node").stringValue()).isEqualTo("n2");
    }

    @Test
    void whoAsksTooOftenIsToldWhenToComeAgain() {
        TestHttp node = node(false, "127.0.0.0/8", new SourceLimit(1, 3));
        String mine = "?token=" + token("ann");
        for (int i = 0; i < 3; i++) {
            assertThat(get(node, mine).statusCode()).isEqualTo(200);
        }
        HttpResponse<String> refused = get(node, mine, "Origin", "https://app.example");
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(TestHttp.header(refused, "Retry-After")).isEqualTo("1");
        assertThat(TestHttp.header(refused, "Access-Control-Allow-Origin"))
                .isEqualTo("https://app.example");
        assertThat(refused.body()).contains("too many requests for /route from your address");
        assertThat(get(node, "").statusCode()).as("nobody's token is looked at").isEqualTo(429);
        assertThat(get(node, "?user=ann", "X-API-Key", "wrong").statusCode()).isEqualTo(429);

        assertThat(get(node, mine, "X-Forwarded-For", "192.0.2.7").statusCode())
                .as("another client of a trusted proxy")
                .isEqualTo(200);
        for (int i = 0; i < 10; i++) {
            route(node, "?user=ann", "X-API-Key", KEY);
        }
    }

    @Test
    void whoMakesUpAddressesIsOneSourceAllTheSame() {
        TestHttp node = node(true, "10.0.0.0/8", new SourceLimit(1, 2));
        for (int i = 1; i <= 4; i++) {
            assertThat(get(node, "", "X-Forwarded-For", "192.0.2." + i).statusCode())
                    .isEqualTo(i <= 2 ? 200 : 429);
        }
    }

    // Bad input

    @ParameterizedTest
    @CsvSource({
        "?region=%3Cscript%3E, region must be",
        "?region=eu%20west, region must be",
        "?region=-eu, region must be",
        "?region=%C3%A9u, region must be",
        "?region=eu%0d%0aX:%20y, region must be"
    })
    void badRegionsAreNamed(String query, String why) {
        HttpResponse<String> response = get(insecure, query);
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).startsWith("{\"error\":{\"code\":400,\"message\":\"" + why);
    }

    @Test
    void whatIsTooLongIsRefused() {
        assertThat(get(insecure, "?region=" + "e".repeat(64)).statusCode()).isEqualTo(200);
        assertThat(get(insecure, "?region=" + "e".repeat(65)).statusCode()).isEqualTo(400);
        assertThat(get(insecure, "?user=" + "u".repeat(256)).statusCode()).isEqualTo(200);
        assertThat(get(insecure, "?user=" + "u".repeat(257)).statusCode()).isEqualTo(400);
    }

    @Test
    void writingIsNotAllowed() {
        HttpResponse<String> response =
                http.send(http.request("/route").POST(HttpRequest.BodyPublishers.ofString("{}")));
        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(TestHttp.header(response, "Allow")).isEqualTo("GET, HEAD");
    }

    // Pages

    @Test
    void pagesOfAllowedOriginsMayReadTheAnswer() {
        HttpResponse<String> allowed = get(insecure, "", "Origin", "https://app.example");
        assertThat(allowed.statusCode()).isEqualTo(200);
        assertThat(TestHttp.header(allowed, "Access-Control-Allow-Origin"))
                .isEqualTo("https://app.example");
        assertThat(get(insecure, "", "Origin", "https://evil.example").statusCode()).isEqualTo(403);
        HttpResponse<String> asked =
                http.send(
                        http.request("/route")
                                .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                                .header("Origin", "https://app.example")
                                .header("Access-Control-Request-Headers", "authorization"));
        assertThat(asked.statusCode()).isEqualTo(204);
        assertThat(TestHttp.header(asked, "Access-Control-Allow-Headers"))
                .isEqualTo("authorization");
    }

    // Where the nodes are found

    @Test
    void aLonelyNodeIsFoundWhereTheRequestFoundIt() {
        nodes.set(List.of(TestNodes.node("n1", NodeStatus.ACTIVE, "10.0.0.1", 8000)));
        for (String trusted : List.of("127.0.0.0/8", "10.0.0.0/8")) {
            TestHttp node = node(true, trusted);
            assertThat(url(node))
                    .isEqualTo("ws://127.0.0.1:%d/connection/websocket?node=n1", node.port);
        }
    }

    @Test
    void behindATrustedProxyAllNodesAreFoundThere() {
        assertThat(
                        url(
                                insecure,
                                "X-Forwarded-Host",
                                "ws.example.com, x",
                                "X-Forwarded-Proto",
                                "https"))
                .isEqualTo("wss://ws.example.com/connection/websocket?node=n1");
        assertThat(url(insecure, "X-Forwarded-For", "192.0.2.1"))
                .isEqualTo("ws://127.0.0.1:%d/connection/websocket?node=n2", insecure.port);
        assertThat(url(insecure, "X-Forwarded-Host", "evil\"<>/"))
                .isEqualTo("ws://10.0.0.1:8001/connection/websocket?node=n1");
    }

    /** Anybody else could have clients sent to a host of its own. */
    @ParameterizedTest
    @CsvSource({
        "X-Forwarded-Host, evil.example",
        "X-Forwarded-For, 127.0.0.1",
        "X-Forwarded-Proto, https"
    })
    void nobodyElseIsBelieved(String header, @Nullable String value) {
        TestHttp node = node(true, "10.0.0.0/8");
        assertThat(url(node, header, String.valueOf(value)))
                .isEqualTo("ws://10.0.0.1:8001/connection/websocket?node=n1");
    }
}
