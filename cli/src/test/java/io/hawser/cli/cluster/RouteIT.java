package io.hawser.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.cli.Ran;
import io.hawser.cli.client.Backoff;
import io.hawser.cli.client.ChannelClient;
import io.hawser.cli.client.ClientRuntime;
import io.hawser.cli.client.ClientSettings;
import io.hawser.server.security.TokenIssuer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Clients ask two real nodes where to connect, and go there. */
class RouteIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int ROUTED = 40;
    private static final int MORE = 30;
    private static final JsonMapper JSON = new JsonMapper();

    private final TokenIssuer tokens = new TokenIssuer(TestCluster.TOKEN_SECRET);
    private final List<ChannelClient> clients = new ArrayList<>();
    private final List<Follower> followers = new ArrayList<>();

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void clientsGoWhereTheyAreSent(@TempDir Path directory) throws Exception {
        Map<String, String> settings =
                Map.of(
                        "balance.algorithm", "least_connections",
                        "balance.imbalance_after", "1s",
                        "node.trusted_proxies", "[192.0.2.1]");
        try (var cluster = TestCluster.start(2, directory, settings);
                var runtime = new ClientRuntime()) {
            try {
                await().atMost(LIMIT).until(() -> alternatives(cluster) == 1);
                for (int i = 0; i < ROUTED; i++) {
                    String token = tokens.connection("user-" + i, Instant.now()).sign();
                    String url = route(cluster, token).required("url").stringValue();
                    connect(runtime, token, URI.create(url));
                }
                await().atMost(LIMIT).until(() -> connections(cluster) == ROUTED);
                assertThat(List.of(connections(cluster, 0), connections(cluster, 1)))
                        .allMatch(count -> count > ROUTED / 4);
                assertThat(rebalance(cluster)).isEmpty();
                whatShouldBeMovedIsSaid(cluster, runtime);
                exactlySoManyAreMovedAndThoseWhoComeBackAreCounted(cluster);
                aDeadNodeIsGivenToNobody(cluster);
            } finally {
                clients.forEach(ChannelClient::close);
                http.close();
            }
        }
    }

    private void whatShouldBeMovedIsSaid(TestCluster cluster, ClientRuntime runtime) {
        for (int i = 0; i < MORE; i++) {
            String token = tokens.connection("more-" + i, Instant.now()).sign();
            connect(runtime, token, cluster.node(1).webSocket());
        }
        await().atMost(LIMIT)
                .untilAsserted(
                        () -> {
                            int surplus = connections(cluster, 0) - (ROUTED + MORE) / 2;
                            assertThat(rebalance(cluster))
                                    .singleElement()
                                    .returns("n1", move -> move.path("from").asString())
                                    .returns("n2", move -> move.path("to").asString())
                                    .returns(surplus, move -> move.path("connections").asInt());
                        });
        Ran status =
                Ran.run(
                        "cluster",
                        "status",
                        "--url",
                        cluster.node(2).admin("").toString(),
                        "--api-key",
                        TestCluster.API_KEY);
        assertThat(status.out())
                .contains("balancing: least_connections", "unevenly loaded: move ")
                .contains("from n1 to n2", "SCORE");
    }

    /** Clients of one address only come back to it, as those do that have an old hint. */
    private void exactlySoManyAreMovedAndThoseWhoComeBackAreCounted(TestCluster cluster)
            throws IOException, InterruptedException {
        await().atMost(LIMIT).until(() -> followers.stream().allMatch(Follower::isLive));
        int surplus = rebalance(cluster).getFirst().path("connections").asInt();
        long beganNanos = System.nanoTime();
        Ran ran =
                Ran.run(
                        "cluster",
                        "rebalance",
                        "--apply",
                        "--rate",
                        "100/s",
                        "--settle",
                        "0s",
                        "--url",
                        cluster.node(2).admin("").toString(),
                        "--api-key",
                        TestCluster.API_KEY);
        assertThat(ran.code()).as(ran.out() + ran.err()).isZero();
        assertThat(ran.out())
                .contains("n1 -> n2: %d connections".formatted(surplus))
                .contains("n1: %1$d of %1$d told to reconnect".formatted(surplus));
        await("all are back, and counted")
                .atMost(LIMIT)
                .untilAsserted(
                        () -> {
                            JsonNode moved = drain(cluster).path("rebalance");
                            assertThat(moved.path("returned").asInt()).isEqualTo(surplus);
                            assertThat(moved.path("moved").asInt()).isEqualTo(surplus);
                            assertThat(moved.path("running").asBoolean(true)).isFalse();
                        });
        await("and they stay")
                .during(Duration.ofSeconds(1))
                .atMost(LIMIT)
                .until(
                        () ->
                                connections(cluster) == ROUTED + MORE
                                        && toldSince(beganNanos).size() == surplus);
        assertThat(toldSince(beganNanos)).containsOnly(3001);
    }

    /** The codes with which clients that were there lost their connections. */
    private List<Integer> toldSince(long nanos) {
        return followers.stream().map(it -> it.closedSince(nanos)).flatMap(List::stream).toList();
    }

    private static JsonNode drain(TestCluster cluster) {
        return JSON.readTree(cluster.admin(cluster.node(2), "/admin/v1/nodes/n1/drain"));
    }

    private void aDeadNodeIsGivenToNobody(TestCluster cluster) {
        cluster.node(2).kill();
        await().atMost(LIMIT).until(() -> alternatives(cluster) == 0);
    }

    private void connect(ClientRuntime runtime, String token, URI address) {
        var settings =
                new ClientSettings(List.of(address), token, List.of("ticks:A"), Backoff.STANDARD);
        var follower = new Follower();
        followers.add(follower);
        var client = new ChannelClient(settings, runtime, follower::on);
        clients.add(client);
        client.start();
    }

    private int alternatives(TestCluster cluster) throws IOException, InterruptedException {
        return route(cluster, tokens.connection("ann", Instant.now()).sign())
                .required("alternatives")
                .size();
    }

    /** With a forged way here, which must not decide where clients are sent. */
    private JsonNode route(TestCluster cluster, String token)
            throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(cluster.node(1).http("/route?region=eu"))
                        .header("Authorization", "Bearer " + token)
                        .header("X-Forwarded-Host", "evil.example")
                        .header("X-Forwarded-For", "192.0.2.1")
                        .build();
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        JsonNode route = JSON.readTree(response.body());
        String id = route.required("node").stringValue();
        TestNode node = cluster.nodes().get(id.equals("n1") ? 0 : 1);
        assertThat(route.required("url").stringValue()).isEqualTo(node.webSocket() + "?node=" + id);
        return route;
    }

    private static int connections(TestCluster cluster) throws IOException, InterruptedException {
        return connections(cluster, 0) + connections(cluster, 1);
    }

    private static int connections(TestCluster cluster, int index)
            throws IOException, InterruptedException {
        JsonNode node = status(cluster).path("nodes").path(index);
        assertThat(node.path("score").isNumber()).isTrue();
        return node.path("connections").asInt();
    }

    private static List<JsonNode> rebalance(TestCluster cluster)
            throws IOException, InterruptedException {
        return status(cluster).required("balance").required("rebalance").valueStream().toList();
    }

    private static JsonNode status(TestCluster cluster) throws IOException, InterruptedException {
        String path = "/admin/v1/cluster?api_key=" + TestCluster.API_KEY;
        return JSON.readTree(cluster.get(cluster.node(2).admin(path)));
    }
}
