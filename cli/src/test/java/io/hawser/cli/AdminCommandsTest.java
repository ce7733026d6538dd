package io.hawser.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Commands that ask a node, against a real HTTP server. */
final class AdminCommandsTest {
    private static final String STORED = "{\"result\":{\"offset\":7,\"epoch\":\"xyz\"}}";
    private static final JsonMapper JSON = new JsonMapper();

    @Test
    void publishSendsTheDataAsTheyAre() {
        try (var node = new NodePeer(200, STORED)) {
            Ran ran =
                    Ran.run(
                            "publish",
                            "news",
                            "{\"n\": 1.10}",
                            "--url",
                            node.url(),
                            "--api-key",
                            "k");

            assertThat(ran).isEqualTo(new Ran(0, "published to news, offset 7\n", ""));
            var request = node.requests().getFirst();
            assertThat(request.method()).isEqualTo("POST");
            assertThat(request.path()).isEqualTo("/api/publish");
            assertThat(request.apiKey()).isEqualTo("k");
            assertThat(request.body()).isEqualTo("{\"channel\":\"news\",\"data\":{\"n\": 1.10}}");
        }
    }

    @Test
    void publishTellsProgramsWhereItIs() {
        try (var node = new NodePeer(200, STORED)) {
            Ran ran = Ran.run("publish", "news", "1", "--output", "json", "--url", node.url());

            JsonNode said = JSON.readTree(ran.out());
            assertThat(said.path("offset").asLong()).isEqualTo(7);
            assertThat(said.path("epoch").asString()).isEqualTo("xyz");
        }
    }

    @Test
    void publishSendsThePriority() {
        try (var node = new NodePeer(200, "{\"result\":{}}")) {
            Ran ran = Ran.run("publish", "news", "1", "--priority", "high", "--url", node.url());

            assertThat(ran).isEqualTo(new Ran(0, "published to news\n", ""));
            assertThat(node.requests().getFirst().body())
                    .isEqualTo("{\"channel\":\"news\",\"data\":1,\"priority\":\"high\"}");
        }
    }

    @Test
    void plainTextBecomesAJsonString() {
        try (var node = new NodePeer(200, "{\"result\":{}}")) {
            Ran ran = Ran.run("publish", "news", "say \"hi\"", "--text", "--url", node.url());

            assertThat(ran.out()).isEqualTo("published to news\n");
            assertThat(node.requests().getFirst().body()).contains("\"data\":\"say \\\"hi\\\"\"");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    401 | ``                                                       | 4 | denied it
                    403 | {}                                                       | 4 | denied it
                    200 | {"error":{"code":103,"message":"permission denied"}}     | 4 | permission denied (code 103)
                    200 | {"error":{"code":102,"message":"unknown channel"}}       | 1 | unknown channel (code 102)
                    200 | {"error":{"code":100,"message":"internal server error"}} | 1 | internal server error (code 100)
                    404 | not found                                                | 1 | HTTP status 404
                    404 | {"error":{"code":404,"message":"no such page"}}          | 1 | Is this the admin port
                    500 | {}                                                       | 1 | HTTP status 500
                    200 | <html>                                                   | 1 | no JSON
                    200 | {}                                                       | 1 | neither a result nor an error
                    200 | []                                                       | 1 | does not answer as a node
                    """)
    void everyBadAnswerHasItsExitCode(int status, String body, int code, String said) {
        try (var node = new NodePeer(status, body)) {
            Ran ran = Ran.run("publish", "news", "1", "--url", node.url());

            assertThat(ran.code()).isEqualTo(code);
            assertThat(ran.err()).contains(said);
            assertThat(ran.err().lines()).hasSizeLessThanOrEqualTo(2);
        }
    }

    @Test
    void howFarAUserIsBehindIsShown() {
        String answer =
                "{\"user\":\"a/b\",\"positions\":[{\"channel\":\"orders:1\",\"device\":\"phone\","
                        + "\"offset\":7,\"epoch\":\"e\",\"used_at_ms\":1767323045000,\"newest\":9,"
                        + "\"lag\":2,\"state\":\"ok\"}]}";
        try (var node = new NodePeer(200, answer)) {
            Ran ran = Ran.run("client", "lag", "a/b", "--url", node.url());

            assertThat(ran.code()).isZero();
            assertThat(ran.out())
                    .contains("CHANNEL", "LAG", "orders:1", "phone", "2026-01-02T03:04:05Z");
            assertThat(ran.out().lines().toList().getLast()).containsPattern("7 +9 +2 +ok");
            assertThat(node.requests().getFirst().path()).isEqualTo("/admin/v1/delivery/a%2Fb");
        }
        try (var node = new NodePeer(200, "{\"user\":\"ann\",\"positions\":[]}")) {
            assertThat(Ran.run("client", "lag", "ann", "--url", node.url()).out())
                    .isEqualTo("user ann has no positions\n");
        }
        String off = "{\"error\":{\"code\":404,\"message\":\"nothing is acknowledged here\"}}";
        try (var node = new NodePeer(404, off)) {
            Ran ran = Ran.run("client", "lag", "ann", "--url", node.url());
            assertThat(ran.code()).isEqualTo(1);
            assertThat(ran.err()).contains("nothing is acknowledged here");
        }
        assertThat(Ran.run("client", "lag").code()).isEqualTo(2);
    }

    @Test
    void aClientIsMoved() {
        String moved =
                "{\"client\":\"c-1\",\"user\":\"ann\",\"from\":\"n1\",\"to\":\"n2\",\"reconnects\":true}";
        try (var node = new NodePeer(200, moved)) {
            Ran ran = Ran.run("client", "move", "c-1", "n2", "--url", node.url());

            assertThat(ran).isEqualTo(new Ran(0, "client c-1 was told to leave n1 for n2\n", ""));
            assertThat(node.requests().getFirst().method()).isEqualTo("POST");
            assertThat(node.requests().getFirst().path())
                    .isEqualTo("/admin/v1/clients/c-1/move?node=n2");
        }
        try (var node = new NodePeer(200, moved.replace("true", "false"))) {
            Ran ran = Ran.run("client", "move", "c1", "n2", "--url", node.url());
            assertThat(ran).isEqualTo(new Ran(0, "client c1 is at n2 already\n", ""));
        }
        String unknown = "{\"error\":{\"code\":404,\"message\":\"no client of that id\"}}";
        try (var node = new NodePeer(404, unknown)) {
            Ran ran = Ran.run("client", "move", "c1", "n2", "--url", node.url());
            assertThat(ran.code()).isEqualTo(1);
            assertThat(ran.err()).contains("no client of that id");
        }
        assertThat(Ran.run("client", "move", "c1").code()).isEqualTo(2);
        assertThat(Ran.run("client").code()).isEqualTo(2);
    }

    @Test
    void membersOfAChannelAreListedPageByPage() {
        String page =
                """
                {"channel":"a b","num_clients":3,"num_users":2,"members":[
                 {"client":"c-1","user":"ann","node":"n1","conn_info":{"a":1}},
                 {"client":"c-2","user":"","node":"n2"}],"next":"c-2","nodes_missing":[]}
                """;
        try (var node = new NodePeer(200, page)) {
            Ran ran =
                    Ran.run(
                            "channel",
                            "members",
                            "a b",
                            "--limit",
                            "2",
                            "--cursor",
                            "b&0",
                            "--url",
                            node.url());

            assertThat(ran.code()).isZero();
            assertThat(node.requests().getFirst().path())
                    .isEqualTo("/admin/v1/presence?channel=a%20b&limit=2&cursor=b%260");
            assertThat(ran.out())
                    .containsPattern("c-1 +ann +n1 +\\{\"a\":1} +-")
                    .contains("3 clients, 2 users\n")
                    .endsWith("there are more: --cursor c-2\n");
        }
        String partly = page.replace("[]}", "[\"n3\"]}").replace(",\"next\":\"c-2\"", "");
        try (var node = new NodePeer(200, partly)) {
            Ran ran = Ran.run("channel", "members", "a", "--url", node.url());
            assertThat(ran.code()).isEqualTo(5);
            assertThat(ran.out())
                    .endsWith("no answer from n3, whose members are not listed\n")
                    .doesNotContain("--cursor");
            assertThat(node.requests().getFirst().path())
                    .isEqualTo("/admin/v1/presence?channel=a&limit=100");
        }
        String off = "{\"error\":{\"code\":409,\"message\":\"channel a keeps no presence\"}}";
        try (var node = new NodePeer(409, off)) {
            Ran ran = Ran.run("channel", "members", "a", "--url", node.url());
            assertThat(ran.code()).isEqualTo(1);
            assertThat(ran.err()).contains("channel a keeps no presence");
        }
        assertThat(Ran.run("channel", "members", "a", "--limit", "0").code()).isEqualTo(2);
        assertThat(Ran.run("channel", "members").code()).isEqualTo(2);
        assertThat(Ran.run("channel").code()).isEqualTo(2);
    }

    @Test
    void clusterStatusShowsTheNodes() {
        String cluster =
                """
                {"cluster":"demo","connections":30,"dependencies":{"redis":{"status":"up"},"database":"off"},
                 "metrics":{"nodes":2,"healthy_nodes":1,"connections":30,"max_connections":100,
                 "messages_per_second":1234.5,"error_rate":0.0125,
                 "latency":{"count":9,"average_ms":1.5,"p50_ms":1.25,"p95_ms":2.5,"p99_ms":9.75}},
                 "nodes":[{"id":"n1","status":"ACTIVE","address":"10.0.0.1","port":8001,"connections":30,
                 "max_connections":100,"cpu":0.254,"memory":0.5,"region":"eu","zone":"","last_heartbeat_ms":1,"score":0.6292}],
                 "balance":{"algorithm":"adaptive","rebalance":[{"from":"n1","to":"n2","connections":15}]}}
                """;
        try (var node = new NodePeer(200, cluster)) {
            Ran ran = Ran.run("cluster", "status", "--url", node.url() + "/");

            assertThat(ran.code()).isZero();
            assertThat(node.requests().getFirst().path()).isEqualTo("/admin/v1/cluster");
            assertThat(ran.out())
                    .contains("cluster demo: 1 nodes, 30 connections")
                    .contains("redis up, database off")
                    .contains(
                            "1 of 2 nodes healthy, 30 of 100 connections, 1235 messages/s, errors 1.3%")
                    .contains("latency average 1.50 ms, p50 1.25 ms, p95 2.50 ms, p99 9.75 ms")
                    .containsPattern(
                            "n1 +active +10\\.0\\.0\\.1:8001 +30/100 +25% +50% +0\\.629 +eu +-"
                                    + " +[0-9.]+ s ago")
                    .contains(
                            "balancing: adaptive\n",
                            "unevenly loaded: move 15 connections from n1 to n2\n");
        }
    }

    @Test
    void nodesAreListedWithTheirZonesAndWhoIsFull() {
        String nodes =
                """
                {"algorithm":"adaptive","nodes":[
                 {"id":"n1","status":"active","address":"10.0.0.1","port":8001,"connections":100,
                  "max_connections":100,"region":"eu","zone":"a","overloaded":true},
                 {"id":"n2","status":"draining","address":"10.0.0.2","port":8001,"connections":100,
                  "max_connections":100,"region":"eu","zone":"b","overloaded":true},
                 {"id":"n3","status":"active","address":"10.0.0.3","port":8001,"connections":3,
                  "max_connections":100,"region":"eu","zone":"","overloaded":false}]}
                """;
        try (var node = new NodePeer(200, nodes)) {
            Ran ran = Ran.run("node", "list", "--url", node.url());
            assertThat(ran.code()).isZero();
            assertThat(ran.out())
                    .containsPattern("n1 +overloaded .* eu +a ")
                    .containsPattern("n2 +draining .* eu +b ")
                    .containsPattern("n3 +active .* eu +- ");
            assertThat(node.requests().getFirst().path()).isEqualTo("/admin/v1/nodes");
        }
    }

    @Test
    void clusterStatusAsJsonIsWhatTheNodeSaid() {
        String cluster = "{\"cluster\":\"demo\",\"later\":[1,2],\"nodes\":[]}";
        try (var node = new NodePeer(200, cluster)) {
            Ran ran = Ran.run("cluster", "status", "-o", "json", "--url", node.url());

            assertThat(JSON.readTree(ran.out())).isEqualTo(JSON.readTree(cluster));
        }
    }

    private static final String DRAINED =
            "{\"node\":\"n2\",\"refused\":\"\",\"drain\":{\"state\":\"drained\",\"total\":9,\"told\":9,"
                    + "\"connections\":0,\"per_second\":200,\"elapsed_ms\":1500}}";

    @Test
    void aDrainSaysWhatIsToBeDoneAndWhatWas() {
        try (var node = new NodePeer(200, DRAINED)) {
            Ran ran =
                    Ran.run(
                            "node",
                            "drain",
                            "n2",
                            "--rate",
                            "200/s",
                            "--grace",
                            "5s",
                            "--force",
                            "--url",
                            node.url());

            assertThat(ran)
                    .isEqualTo(
                            new Ran(
                                    0,
                                    "n2 drained: 9 of 9 told at 200/s, 0 connections left, 1.5 s\n",
                                    ""));
            var order = node.requests().getFirst();
            assertThat(order.method()).isEqualTo("POST");
            assertThat(order.path()).isEqualTo("/admin/v1/nodes/n2/drain");
            assertThat(order.body()).isEqualTo("{\"rate\":200,\"grace_ms\":5000,\"force\":true}");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    404 | {"error":{"code":404,"message":"no node 'n9' is known"}} | 1 | no node 'n9' is known (code 404)
                    409 | {"error":{"code":409,"message":"n2 is the last one"}}    | 1 | n2 is the last one (code 409)
                    503 | {"error":{"code":503,"message":"no answer"}}             | 1 | no answer (code 503)
                    404 | nothing here                                             | 1 | no JSON
                    404 | {}                                                       | 1 | HTTP status 404
                    401 | {}                                                       | 4 | denied it
                    """)
    void aDrainThatIsRefusedSaysWhy(int status, String body, int code, String said) {
        try (var node = new NodePeer(status, body)) {
            for (String verb : new String[] {"drain", "undrain"}) {
                Ran ran = Ran.run("node", verb, "n9", "--url", node.url());

                assertThat(ran.code()).isEqualTo(code);
                assertThat(ran.err()).contains(said);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "node drain n2 --rate 0, is no pace",
        "node drain n2 --rate fast, is no pace",
        "node drain n2 --grace 5, is no time",
        "node drain, Missing required",
        "node, Which command?",
        "haproxy, Which command?",
        "cluster restart, --rolling",
        "cluster restart --rolling --command reboot, has no %s",
    })
    void whatCannotBeMeantIsRefusedBeforeAnythingIsDone(String line, String said) {
        Ran ran = Ran.run(line.split(" "));

        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err()).contains(said);
    }

    @Test
    void aRecommendationIsShownAndNotApplied() {
        String plan =
                "{\"applied\":false,\"moves\":[{\"from\":\"n1\",\"to\":\"n3\",\"connections\":200,"
                        + "\"refused\":\"\"}]}";
        try (var node = new NodePeer(200, plan)) {
            Ran ran = Ran.run("cluster", "rebalance", "--url", node.url());

            assertThat(ran).isEqualTo(new Ran(0, "n1 -> n3: 200 connections\n", ""));
            assertThat(node.requests()).hasSize(1);
            assertThat(node.requests().getFirst().body()).isEqualTo("{\"apply\":false}");
        }
    }
}
