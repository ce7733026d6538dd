package io.hawser.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.server.security.TokenIssuer;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Instant;
import java.util.List;

/** The {@code rpc} method {@code hawser.publish}: a publish with an idempotency key. */
class PublishCallIT {
    private static final String SECRET = "a secret that is as long as it has to be";

    private static SlowNode node;

    @BeforeAll
    static void start() throws Exception {
        node =
                new SlowNode(
                        "publish-call",
                        "broker.idempotency_max=2",
                        "token.hmac_secret=" + SECRET,
                        "namespaces=[{name: h, options: {history_size: 10, history_ttl: 60s}}]");
    }

    @AfterAll
    static void stop() {
        if (node != null) {
            node.close();
        }
    }

    private static void publish(RawWebSocket client, int id, String channel, String key)
            throws IOException {
        call(
                client,
                id,
                "hawser.publish",
                "{\"channel\":\"%s\",\"data\":\"%s\",\"idempotency_key\":\"%s\"}"
                        .formatted(channel, key, key));
    }

    private static void call(RawWebSocket client, int id, String method, String data)
            throws IOException {
        client.text(
                "{\"id\":%d,\"rpc\":{\"method\":\"%s\",\"data\":%s}}".formatted(id, method, data));
    }

    @Test
    void aRepeatedCallIsAnsweredAndPublishesOnce() throws Exception {
        try (var subscriber = node.client("h:once");
                var publisher = node.client()) {
            publish(publisher, 5, "h:once", "k1");
            publish(publisher, 6, "h:once", "k1");
            publish(publisher, 7, "h:once", "k2");
            assertThat(SlowNode.until(publisher, "\"id\":7"))
                    .containsExactly(
                            "{\"id\":5,\"rpc\":{\"data\":{}}}",
                            "{\"id\":6,\"rpc\":{\"data\":{}}}",
                            "{\"id\":7,\"rpc\":{\"data\":{}}}");
            List<String> pushes = SlowNode.until(subscriber, "\"k2\"");
            assertThat(pushes).filteredOn(line -> line.contains("\"k1\"")).hasSize(1);
        }
    }

    @Test
    void usersKeysAreTheirOwn() throws Exception {
        try (var subscriber = node.client("h:users");
                var ann = of("ann");
                var bob = of("bob")) {
            publish(ann, 5, "h:users", "1");
            SlowNode.until(ann, "\"id\":5");
            publish(bob, 5, "h:users", "1");
            SlowNode.until(bob, "\"id\":5");
            List<String> pushes = SlowNode.until(subscriber, "\"user\":\"bob\"");
            assertThat(pushes).filteredOn(line -> line.contains("\"user\":\"ann\"")).hasSize(1);
        }
    }

    private static RawWebSocket of(String user) throws IOException {
        var socket = new RawWebSocket(node.port(), SlowNode.WEBSOCKET, "", 0);
        String token = new TokenIssuer(SECRET).connection(user, Instant.now()).sign();
        socket.text("{\"id\":1,\"connect\":{\"token\":\"" + token + "\"}}");
        SlowNode.until(socket, "\"connect\"");
        return socket;
    }

    @Test
    void oneKeyTooManyIsATemporaryError() throws Exception {
        try (var publisher = node.client()) {
            publish(publisher, 5, "h:full", "k1");
            publish(publisher, 6, "h:full", "k2");
            publish(publisher, 7, "h:full", "k3");
            publish(publisher, 8, "h:full", "k1");
            List<String> replies = SlowNode.until(publisher, "\"id\":8");
            assertThat(replies.get(2))
                    .startsWith("{\"id\":7,\"error\":{\"code\":100,")
                    .contains("idempotency keys", "\"temporary\":true");
            assertThat(replies.get(3)).contains("\"rpc\"");
            assertThat(
                            node.api(
                                    "publish",
                                    "{\"channel\":\"h:full\",\"data\":1,"
                                            + "\"idempotency_key\":\"k3\"}"))
                    .contains("\"code\":100", "idempotency keys");
        }
    }

    @Test
    void whatIsWrongIsSaid() throws Exception {
        try (var publisher = node.client()) {
            call(publisher, 5, "hawser.publish", "{\"channel\":\"h:a\",\"data\":1}");
            publish(publisher, 6, "nope:a", "k");
            call(publisher, 7, "other", "{}");
            List<String> replies = SlowNode.until(publisher, "\"id\":7");
            assertThat(replies.get(0)).contains("\"code\":107", "idempotency_key is missing");
            assertThat(replies.get(1)).contains("\"code\":102");
            assertThat(replies.get(2)).contains("\"code\":108");
        }
    }
}
