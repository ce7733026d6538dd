package io.hawser.server.order;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.balance.Move;
import io.hawser.grid.cluster.Answer;
import io.hawser.grid.cluster.NodeId;
import io.hawser.grid.cluster.NodeInfo;
import io.hawser.grid.cluster.NodeStatus;
import io.hawser.grid.failover.DrainOrder;
import io.hawser.grid.failover.DrainProgress;
import io.hawser.grid.failover.RebalanceProgress;
import io.hawser.grid.pubsub.Payload;
import io.hawser.server.admin.TestHttp;
import io.hawser.server.admin.TestNodes;
import io.hawser.server.binding.Secret;
import io.hawser.server.config.DrainConfig;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/** Orders over HTTP, through the codec of the grid, to a node that writes them down. */
final class NodeOrdersHandlerTest {
    private static final String KEY = "k";

    private final List<Object> given = new CopyOnWriteArrayList<>();
    private final Map<String, UnaryOperator<Payload>> topics = new ConcurrentHashMap<>();
    private final NodeCourier courier = new NodeCourier(this::call);
    private final List<NodeInfo> nodes =
            List.of(
                    TestNodes.node("n1", NodeStatus.ACTIVE, "10.0.0.1", 8000),
                    TestNodes.node("n2", NodeStatus.ACTIVE, "10.0.0.2", 8000),
                    TestNodes.node("n3", NodeStatus.OFFLINE, "10.0.0.3", 8000),
                    TestNodes.node("mute", NodeStatus.ACTIVE, "10.0.0.4", 8000));
    private final TestHttp http =
            new TestHttp(
                    new NodeOrdersHandler(
                            new Secret(KEY),
                            new DrainConfig(500, Duration.ofSeconds(30)),
                            () -> nodes,
                            courier,
                            NodeOrdersHandlerTest::recommended,
                            exchange -> exchange.getResponseSender().send("next")));

    NodeOrdersHandlerTest() {
        courier.answerWith(new NodeId("n2"), new Written(), topics::put);
    }

    @AfterEach
    void close() {
        http.close();
    }

    private final class Written implements NodeOrders {
        @Override
        public OrderOutcome drain(DrainOrder order) {
            given.add(order);
            return order.ratePerSecond() == 13
                    ? new OrderOutcome.Refused("n2 is the last one")
                    : new OrderOutcome.Accepted();
        }

        @Override
        public OrderOutcome undrain() {
            given.add("undrain");
            return new OrderOutcome.Accepted();
        }

        @Override
        public OrderOutcome move(List<Move> moves, int perSecond) {
            given.addAll(moves);
            return new OrderOutcome.Accepted();
        }

        @Override
        public DrainProgress drained() {
            return new DrainProgress(DrainProgress.State.DRAINING, 100, 40, 61, 500, 1_234);
        }

        @Override
        public RebalanceProgress moved() {
            return new RebalanceProgress(true, 9, 8, 7);
        }
    }

    private CompletionStage<Answer> call(
            NodeId node, String topic, Payload question, Duration timeout) {
        UnaryOperator<Payload> handler = topics.get(topic);
        return CompletableFuture.completedStage(
                node.value().equals("mute") || handler == null
                        ? new Answer.Missing(node, "no answer in time")
                        : new Answer.Given(node, handler.apply(question)));
    }

    private static List<Move> recommended() {
        return List.of(move("n2", "n1", 5), move("mute", "n1", 3), move("n2", "mute", 1));
    }

    private static Move move(String from, String to, int connections) {
        return new Move(new NodeId(from), new NodeId(to), connections);
    }

    private HttpResponse<String> post(String path, String body) {
        return http.send(
                http.request("/admin/v1/" + path)
                        .header("X-API-Key", KEY)
                        .POST(BodyPublishers.ofString(body)));
    }

    @Test
    void aDrainReachesItsNodeAndSaysHowFarItIs() {
        HttpResponse<String> answer =
                post("nodes/n2/drain", "{\"rate\":200,\"grace_ms\":5000,\"force\":true}");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
                .isEqualTo(
                        "{\"node\":\"n2\",\"refused\":\"\",\"drain\":{\"state\":\"draining\","
                                + "\"total\":100,\"told\":40,\"connections\":61,"
                                + "\"per_second\":500.0,\"elapsed_ms\":1234},"
                                + "\"rebalance\":{\"running\":true,\"wanted\":9,\"moved\":8,"
                                + "\"returned\":7}}");
        assertThat(given).containsExactly(new DrainOrder(200, Duration.ofSeconds(5), true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "{\"rate\":null}"})
    void withoutABodyTheNodesOwnSettingsHold(String body) {
        assertThat(post("nodes/n2/drain", body).statusCode()).isEqualTo(200);
        assertThat(given).containsExactly(new DrainOrder(500, Duration.ofSeconds(30), false));
    }

    @Test
    void undrainAndAGlanceGoThereToo() {
        assertThat(post("nodes/n2/undrain", "").statusCode()).isEqualTo(200);
        assertThat(given).containsExactly("undrain");
        HttpResponse<String> seen =
                http.send(http.request("/admin/v1/nodes/n2/drain").header("X-API-Key", KEY));
        assertThat(seen.body()).contains("\"told\":40");
        assertThat(given).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    nodes/n9/drain   | {}                     | 404 | no node 'n9' is known; there are mute, n1, n2, n3
                    nodes/n3/drain   | {}                     | 409 | node n3 is offline: it takes no orders
                    nodes/mute/drain | {}                     | 503 | node mute does not answer: no answer in time
                    nodes/n2/drain   | {"rate":13}            | 409 | n2 is the last one
                    nodes/n2/drain   | {"rate":0}             | 400 | rate is out of range
                    nodes/n2/drain   | {"rate":"many"}        | 400 | rate is not an integer of 64 bits
                    nodes/n2/drain   | {"grace_ms":3600001}   | 400 | grace_ms is out of range
                    nodes/n2/drain   | {"force":1}            | 400 | force is not true or false
                    nodes/n2/drain   | [1                     | 400 | the body is not a JSON object
                    cluster/rebalance| {"apply":"yes"}        | 400 | apply is not true or false
                    """)
    void everyFaultHasAClearAnswer(String path, String body, int status, String said) {
        HttpResponse<String> answer = post(path, body);

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).contains("\"code\":" + status).contains(said);
    }

    @Test
    void whoHasNoKeyAndWhoDoesNotPostIsTurnedAway() {
        assertThat(
                        http.send(
                                        http.request("/admin/v1/nodes/n2/drain")
                                                .POST(BodyPublishers.noBody()))
                                .statusCode())
                .isEqualTo(401);
        assertThat(
                        http.send(
                                        http.request("/admin/v1/nodes/n2/undrain")
                                                .header("X-API-Key", KEY))
                                .statusCode())
                .isEqualTo(405);
        assertThat(given).isEmpty();
    }

    @Test
    void everythingElseGoesToTheNext() {
        assertThat(http.get("/admin/v1/nodes/n2").body()).isEqualTo("next");
        assertThat(http.get("/admin/v1/cluster").body()).isEqualTo("next");
    }

    @Test
    void aRecommendationIsOnlyShownUnlessItIsToBeApplied() {
        assertThat(post("cluster/rebalance", "{}").body())
                .startsWith("{\"applied\":false,\"moves\":[{\"from\":\"mute\"");
        assertThat(given).isEmpty();

        String applied = post("cluster/rebalance", "{\"apply\":true,\"rate\":50}").body();
        assertThat(applied)
                .contains(
                        "{\"from\":\"mute\",\"to\":\"n1\",\"connections\":3,"
                                + "\"refused\":\"no answer: no answer in time\"}")
                .contains("{\"from\":\"n2\",\"to\":\"n1\",\"connections\":5,\"refused\":\"\"}");
        assertThat(given).containsExactlyInAnyOrder(move("n2", "n1", 5), move("n2", "mute", 1));
    }
}
