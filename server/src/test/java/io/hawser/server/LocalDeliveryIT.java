package io.hawser.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.server.security.TokenIssuer;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.time.Instant;
import java.util.List;

/** Positions and queues in the memory of a node that is alone, and who may have what. */
class LocalDeliveryIT {
    private static final String SECRET = "a secret that is as long as it has to be";
    private static final String QUEUE = "hawser.queue:";

    private static SlowNode node;

    @BeforeAll
    static void start() throws Exception {
        node =
                new SlowNode(
                        "local-delivery",
                        "client.insecure=false",
                        "token.hmac_secret=" + SECRET,
                        "delivery.queue_limit=10",
                        "namespaces=[{name: a, options: {history_size: 10, history_ttl: 60s,"
                                + " ack: subscriber, allow_subscribe_for_client: true}}]");
    }

    @AfterAll
    static void stop() {
        if (node != null) {
            node.close();
        }
    }

    private static AckClient client(String user) throws IOException {
        return new AckClient(
                node.port(), new TokenIssuer(SECRET).connection(user, Instant.now()).sign());
    }

    private static void publish(String channel, int count) {
        for (int i = 0; i < count; i++) {
            node.api("publish", "{\"channel\":\"" + channel + "\",\"data\":" + i + "}");
        }
    }

    @Test
    void whatIsNotAcknowledgedComesAgain() throws Exception {
        try (AckClient first = client("ann")) {
            first.subscribe("a:1");
            publish("a:1", 5);
            assertThat(first.pushed("a:1", 5)).containsExactly(1L, 2L, 3L, 4L, 5L);
            assertThat(first.ack("a:1", 3).has("rpc")).isTrue();
            assertThat(first.ack("a:1", 6).path("error").path("code").asInt(0)).isEqualTo(107);
        }
        try (AckClient again = client("ann")) {
            JsonNode subscribed = again.subscribe("a:1").path("subscribe");
            assertThat(AckClient.recovered(subscribed)).containsExactly(4L, 5L);
            assertThat(subscribed.path("recovered").asBoolean(false)).isTrue();
        }
        publish("a:1", 20);
        try (AckClient late = client("ann")) {
            JsonNode subscribed = late.subscribe("a:1").path("subscribe");
            assertThat(AckClient.recovered(subscribed)).isEmpty();
            assertThat(subscribed.path("recovered").asBoolean(false)).isFalse();
        }
        awaitCounted("hawser_delivery_lost_total");
        awaitCounted("hawser_delivery_acknowledged_total");
        awaitCounted("hawser_delivery_lag_publications_count");
    }

    private static void awaitCounted(String metric) {
        await(metric).atMost(SlowNode.LIMIT).until(() -> node.metric(metric) > 0);
    }

    @Test
    void aQueueIsItsUsersOnly() throws Exception {
        assertThat(node.api("publish_user", "{\"user\":\"bob\",\"data\":1}"))
                .contains("\"offset\":1");
        assertThat(node.api("publish_user", "{\"data\":1}")).contains("user is missing");
        try (AckClient bob = client("bob");
                AckClient eve = client("eve")) {
            assertThat(AckClient.recovered(bob.connect.path("subs").path(QUEUE + "bob")))
                    .containsExactly(1L);
            assertThat(code(eve.subscribe(QUEUE + "bob"))).isEqualTo(103);
            assertThat(
                            code(
                                    eve.command(
                                            "publish",
                                            "{\"channel\":\"" + QUEUE + "bob\",\"data\":1}")))
                    .isEqualTo(103);
            assertThat(code(eve.ack(QUEUE + "bob", 1))).isEqualTo(103);
            bob.ack(QUEUE + "bob", 1);
        }
        await().atMost(SlowNode.LIMIT)
                .until(
                        () ->
                                node.api(
                                                "history",
                                                "{\"channel\":\"" + QUEUE + "bob\",\"limit\":5}")
                                        .contains("\"publications\":[]"));
        try (AckClient bob = client("bob")) {
            assertThat(AckClient.recovered(bob.connect.path("subs").path(QUEUE + "bob")))
                    .isEqualTo(List.of());
        }
    }

    private static int code(JsonNode reply) {
        return reply.path("error").path("code").asInt(0);
    }
}
