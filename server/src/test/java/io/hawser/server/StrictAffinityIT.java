package io.hawser.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.devkit.RedisServer;
import io.hawser.server.TwoNodes.Client;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Two nodes that send clients home, by each strategy. */
class StrictAffinityIT {
    private static final Pattern COOKIE =
            Pattern.compile("\r\nSet-Cookie: (hawser_session=([A-Za-z0-9._~-]{25,}));([^\r]*)\r\n");

    private final RedisServer redis = RedisServer.start();

    @AfterEach
    void stop() {
        redis.close();
    }

    @Test
    void aUserAtTheWrongNodeIsSentAwayOnce() throws Exception {
        try (var nodes = new TwoNodes(redis, "affinity.strict=true")) {
            String token = TwoNodes.token("ann");
            nodes.connect(1, token).close();
            nodes.awaitMapped(2, "ann", "n1");
            try (Client wrong = nodes.connect(2, token)) {
                assertThat(wrong.socket().closeCode()).isEqualTo(3100);
            }
            nodes.awaitMapped(2, "ann", "n1");
            await().atMost(TwoNodes.LIMIT)
                    .until(
                            () ->
                                    nodes.admin(2, "GET", "affinity/ann")
                                                    .path("mapping")
                                                    .path("sent_away_at_ms")
                                                    .asLong(0)
                                            > 0);

            // The proxy brings it there again: served, and at home there from now on.
            try (Client served = nodes.connect(2, token)) {
                nodes.awaitMapped(1, "ann", "n2");
                served.socket().text("{\"id\":2,\"ping\":{}}");
                served.awaitText("\"id\":2");
            }
            // The node where it belongs is gone: nobody sends it there.
            nodes.connect(2, token).close();
            nodes.stop(2);
            try (Client served = nodes.connect(1, token)) {
                nodes.awaitMapped(1, "ann", "n1");
                served.socket().text("{\"id\":2,\"ping\":{}}");
                served.awaitText("\"id\":2");
            }
        }
    }

    @Test
    void twoConnectionsOfAUserAreTwoSessions() throws Exception {
        try (var nodes =
                new TwoNodes(redis, "affinity.strict=true", "affinity.strategy=connection")) {
            String token = TwoNodes.token("ann");
            try (Client one = nodes.connect(1, token);
                    Client two = nodes.connect(2, token)) {
                Matcher cookie = COOKIE.matcher(one.socket().head());
                assertThat(cookie.find()).as(one.socket().head()).isTrue();
                assertThat(cookie.group(2)).isEqualTo(one.session());
                assertThat(cookie.group(3)).contains("HttpOnly", "Path=/", "Max-Age=86400");
                assertThat(two.session()).contains("~").isNotEqualTo(one.session());
                one.socket().text("{\"id\":2,\"ping\":{}}");
                one.awaitText("\"id\":2");

                for (int asked = 1; asked <= 2; asked++) {
                    awaitRoute(nodes, asked, token, "&session=" + one.session(), "n1");
                    awaitRoute(nodes, asked, token, "&session=" + two.session(), "n2");
                }

                String header = "Cookie: a=b; " + cookie.group(1) + "\r\n";
                try (Client wrong = nodes.connect(2, token, "", header, "{}")) {
                    assertThat(wrong.session()).isEqualTo(one.session());
                    assertThat(wrong.socket().head()).doesNotContain("Set-Cookie");
                    assertThat(wrong.socket().closeCode()).isEqualTo(3100);
                }
                String query = "?session=" + two.session();
                try (Client wrong = nodes.connect(1, token, query, header, "{}")) {
                    assertThat(wrong.session()).as("the URL goes first").isEqualTo(two.session());
                    assertThat(wrong.socket().closeCode()).isEqualTo(3100);
                }
            }
        }
    }

    @Test
    void aRegionHasItsNodes() throws Exception {
        try (var nodes =
                new TwoNodes(
                        redis,
                        "affinity.strict=true",
                        "affinity.strategy=region",
                        "affinity.region_header=X-Region",
                        "affinity.regions=[{name: far, addresses: [127.0.0.0/8], nearest:"
                                + " [none, lab-n2]}]")) {
            for (int asked = 1; asked <= 2; asked++) {
                String near = "no node of region far has room; in region lab-n2, ";
                assertRoute(nodes.route(asked, TwoNodes.token("new"), ""), "n2", near);
                assertRoute(
                        nodes.route(asked, TwoNodes.token("new"), "&region=lab-n1"), "n2", near);
                assertRoute(
                        nodes.route(asked, TwoNodes.token("new"), "", "X-Region", "lab-n1"),
                        "n1",
                        "in region lab-n1, ");
                assertRoute(
                        nodes.route(
                                asked,
                                TwoNodes.token("new", "region", "\"lab-n2\""),
                                "",
                                "X-Region",
                                "lab-n1"),
                        "n2",
                        "in region lab-n2, ");
            }
            // By the address: n1 is not in its region, and n2 is nearer.
            assertSentAway(nodes, TwoNodes.token("ann"), "");
            assertServed(nodes, "bob", TwoNodes.token("bob"), "X-Region: lab-n1\r\n");
            assertSentAway(
                    nodes, TwoNodes.token("cem", "region", "\"lab-n2\""), "X-Region: lab-n1\r\n");
            assertServed(nodes, "dea", TwoNodes.token("dea", "region", "\"lab-n1\""), "");
            nodes.stop(2);
            assertServed(nodes, "eli", TwoNodes.token("eli"), "");
        }
    }

    private static void awaitRoute(
            TwoNodes nodes, int asked, String token, String query, String node) {
        await().atMost(TwoNodes.LIMIT)
                .untilAsserted(
                        () -> {
                            JsonNode route = nodes.route(asked, token, query);
                            assertThat(route.path("node").asString("")).isEqualTo(node);
                            assertThat(route.path("reason").asString(""))
                                    .isEqualTo("the user's node");
                        });
    }

    private static void assertRoute(JsonNode route, String node, String reason) {
        assertThat(route.path("node").asString("")).as("" + route).isEqualTo(node);
        assertThat(route.path("reason").asString("")).startsWith(reason);
    }

    private static void assertSentAway(TwoNodes nodes, String token, String headers)
            throws Exception {
        try (Client client = nodes.connect(1, token, "", headers, "{}")) {
            assertThat(client.socket().closeCode()).isEqualTo(3100);
        }
    }

    private static void assertServed(TwoNodes nodes, String user, String token, String headers)
            throws Exception {
        try (Client client = nodes.connect(1, token, "", headers, "{}")) {
            await().atMost(TwoNodes.LIMIT)
                    .untilAsserted(
                            () -> {
                                JsonNode where = nodes.admin(1, "GET", "affinity/" + user);
                                assertThat(where.path("mapping").path("node").asString(""))
                                        .isEqualTo("n1");
                            });
            client.socket().text("{\"id\":2,\"ping\":{}}");
            client.awaitText("\"id\":2");
        }
    }

    @Test
    void aHashSendsAClientHomeTheFirstTime() throws Exception {
        try (var nodes = new TwoNodes(redis, "affinity.strict=true", "affinity.strategy=hash")) {
            String home = nodes.admin(1, "GET", "affinity/ann").path("node").asString("");
            assertThat(nodes.admin(2, "GET", "affinity/ann").path("node").asString(""))
                    .isEqualTo(home);
            int right = home.equals("n1") ? 1 : 2;
            String token = TwoNodes.token("ann");
            try (Client wrong = nodes.connect(3 - right, token)) {
                assertThat(wrong.socket().closeCode()).isEqualTo(3100);
            }
            try (Client client = nodes.connect(right, token)) {
                nodes.awaitMapped(2, "ann", home);
                client.socket().text("{\"id\":2,\"ping\":{}}");
                client.awaitText("\"id\":2");
            }
        }
    }
}
