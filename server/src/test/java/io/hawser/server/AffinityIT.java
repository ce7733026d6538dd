package io.hawser.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.devkit.RedisServer;
import io.hawser.server.TwoNodes.Client;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;

import java.util.Set;

/** Clients that come back, to two nodes: by default served where they come. */
class AffinityIT {
    private static RedisServer redis;
    private static TwoNodes nodes;

    @BeforeAll
    static void start() throws StartException {
        redis = RedisServer.start();
        nodes = new TwoNodes(redis);
    }

    @AfterAll
    static void stop() {
        nodes.close();
        redis.close();
    }

    @Test
    void theMappingFollowsTheClient() throws Exception {
        assertThat(nodes.admin(2, "GET", "affinity/ann").path("reason").asString(""))
                .isEqualTo("new");
        try (Client _ = nodes.connect(1, TwoNodes.token("ann"))) {
            nodes.awaitMapped(2, "ann", "n1");
        }
        nodes.awaitMapped(2, "ann", "n1");
        try (Client client = nodes.connect(2, TwoNodes.token("ann"))) {
            nodes.awaitMapped(1, "ann", "n2");
            JsonNode where = nodes.admin(1, "GET", "affinity/ann");
            assertThat(where.path("key").asString("")).isEqualTo("u:ann");
            assertThat(where.path("mapping").path("node").asString("")).isEqualTo("n2");
            assertThat(where.path("mapping").path("connected_at_ms").asLong(0)).isPositive();
            assertThat(client.session()).as("a named user needs no session id").isEmpty();
        }
    }

    @Test
    void aUserWithASlashIsAUser() throws Exception {
        try (Client _ = nodes.connect(1, TwoNodes.token("a/b %"))) {
            nodes.awaitMapped(2, "a%2Fb%20%25", "n1");
            assertThat(nodes.admin(2, "GET", "affinity/a%2Fb%20%25").path("key").asString(""))
                    .isEqualTo("u:a/b %");
            assertThat(error(nodes.admin(2, "GET", "affinity/"))).isEqualTo(404);
        }
    }

    @Test
    void anAnonymousClientIsToldItsSession() throws Exception {
        String session;
        try (Client client = nodes.connect(1, "")) {
            session = client.session();
            assertThat(session).matches("n1~[A-Za-z0-9_-]{22}");
            assertThat(client.socket().head()).doesNotContain("Set-Cookie");
        }
        try (Client again = nodes.connect(2, "", "?session=" + session, "", "{}");
                Client other = nodes.connect(2, "", "?session=no", "", "{}")) {
            assertThat(again.session()).isEqualTo(session);
            assertThat(other.session()).as("too short to be one").startsWith("n2~");
        }
    }

    @Test
    void subscriptionsOfTheApiLiveWithTheUser() throws Exception {
        String token = TwoNodes.token("bob");
        try (Client client = nodes.connect(1, token)) {
            nodes.api(2, "subscribe", "{\"user\":\"bob\",\"channel\":\"kept:a\"}");
            client.awaitText("\"subscribe\":{");
            nodes.api(2, "subscribe", "{\"user\":\"bob\",\"channel\":\"kept:b\"}");
            client.awaitText("kept:b");
        }
        nodes.api(1, "publish", "{\"channel\":\"kept:a\",\"data\":1}");
        String seen = "{\"kept:a\":{\"recover\":true,\"epoch\":\"\",\"offset\":0}}";
        awaitKept(token, "", seen, Set.of("kept:a", "kept:b"));

        // A client that starts anew hears of them after its reply.
        try (Client client = nodes.connect(2, token)) {
            assertThat(client.reply().has("subs")).isFalse();
            client.awaitText("\"channel\":\"kept:a\",\"subscribe\":{");
        }
        // One that goes on recovers in its reply, and what it does not name comes after that.
        try (Client client = nodes.connect(2, token, "", "", seen)) {
            JsonNode sub = client.reply().path("subs").path("kept:a");
            assertThat(sub.path("recovered").asBoolean(false)).isTrue();
            assertThat(sub.path("publications").size()).isEqualTo(1);
            assertThat(client.reply().path("subs").has("kept:b")).isTrue();
        }
        // Ended while the user is away.
        nodes.api(1, "unsubscribe", "{\"user\":\"bob\",\"channel\":\"kept:a\"}");
        awaitKept(token, "", seen, Set.of("kept:b"));
        try (Client client = nodes.connect(1, token, "", "", seen)) {
            assertThat(client.reply().path("subs").has("kept:a")).isFalse();
            assertThat(client.reply().path("subs").has("kept:b")).isTrue();
            nodes.api(2, "unsubscribe", "{\"user\":\"bob\",\"channel\":\"kept:b\"}");
            client.awaitText("\"unsubscribe\":{");
        }
        awaitKept(token, "", seen, Set.of());
        try (Client client = nodes.connect(1, token, "", "", seen)) {
            assertThat(client.reply().has("subs")).isFalse();
        }
    }

    /** What is kept is written behind the client's back: it comes back until it finds just that. */
    private static void awaitKept(String token, String query, String seen, Set<String> channels) {
        await().atMost(TwoNodes.LIMIT)
                .until(
                        () -> {
                            try (Client client = nodes.connect(2, token, query, "", seen)) {
                                JsonNode subs = client.reply().path("subs");
                                return subs.size() == channels.size()
                                        && channels.stream().allMatch(subs::has);
                            }
                        });
    }

    @Test
    void aSubscriptionOfOneClientLivesWithItsSession() throws Exception {
        String session;
        try (Client client = nodes.connect(1, "")) {
            session = client.session();
            nodes.api(
                    2, "subscribe", "{\"client\":\"" + client.id() + "\",\"channel\":\"kept:c\"}");
            client.awaitText("kept:c");
        }
        String seen = "{\"kept:c\":{\"recover\":true}}";
        awaitKept("", "?session=" + session, seen, Set.of("kept:c"));
        try (Client again = nodes.connect(2, "", "?session=" + session, "", "{}")) {
            again.awaitText("\"channel\":\"kept:c\",\"subscribe\":{");
        }
        try (Client stranger = nodes.connect(2, "", "", "", seen);
                Client other =
                        nodes.connect(
                                2, TwoNodes.token("thief"), "?session=" + session, "", seen)) {
            assertThat(stranger.reply().has("subs")).isFalse();
            assertThat(other.reply().has("subs")).isFalse();
        }
    }

    @Test
    void aClientIsMoved() throws Exception {
        try (Client client = nodes.connect(1, TwoNodes.token("cem"))) {
            nodes.awaitMapped(2, "cem", "n1");
            String path = "clients/" + client.id() + "/move?node=";
            JsonNode moved = nodes.admin(2, "POST", path + "n2");
            assertThat(moved.path("from").asString("")).isEqualTo("n1");
            assertThat(moved.path("user").asString("")).isEqualTo("cem");
            assertThat(moved.path("reconnects").asBoolean(false)).isTrue();
            assertThat(client.socket().closeCode()).isEqualTo(3011);
            nodes.awaitMapped(1, "cem", "n2");

            assertThat(error(nodes.admin(2, "POST", path + "n2"))).isEqualTo(404);
        }
        try (Client client = nodes.connect(2, TwoNodes.token("cem"))) {
            String path = "clients/" + client.id() + "/move?node=";
            JsonNode stays = nodes.admin(1, "POST", path + "n2");
            assertThat(stays.path("reconnects").asBoolean(true)).isFalse();
            assertThat(error(nodes.admin(2, "POST", path + "n9"))).isEqualTo(404);
            assertThat(error(nodes.admin(2, "POST", path + "!"))).isEqualTo(400);
            assertThat(error(nodes.admin(2, "POST", "clients/" + client.id() + "/move")))
                    .isEqualTo(400);
            assertThat(error(nodes.admin(2, "GET", path + "n1"))).isEqualTo(405);
        }
    }

    private static int error(JsonNode answer) {
        return answer.path("error").path("code").asInt(0);
    }

    @Test
    void manyClientsAreAllRemembered() throws Exception {
        try (Client _ = nodes.connect(1, TwoNodes.token("first"))) {
            for (int i = 0; i < 200; i++) {
                nodes.connect(1 + i % 2, TwoNodes.token("many-" + i)).close();
            }
            for (int i = 0; i < 200; i++) {
                int number = i;
                await().atMost(TwoNodes.LIMIT)
                        .until(
                                () ->
                                        nodes.admin(1, "GET", "affinity/many-" + number)
                                                .path("node")
                                                .asString("")
                                                .equals("n" + (1 + number % 2)));
            }
        }
    }
}
