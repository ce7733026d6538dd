package io.hawser.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * {@code failover.strategy: graceful} with nodes that are processes: one that is killed and started
 * again within the grace keeps its clients, though none of them has come back to it yet.
 */
class GracefulFailoverIT {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final JsonMapper JSON = new JsonMapper();

    /** A start takes some of it here. */
    private static final Map<String, String> GRACEFUL =
            Map.of(
                    "failover.strategy", "graceful",
                    "failover.grace", "2m",
                    "demo.page", "true"); // so that clients are told where they are

    @Test
    void aNodeThatIsBackInTimeKeepsItsClients(@TempDir Path directory) throws Exception {
        try (var cluster = TestCluster.start(2, directory, GRACEFUL)) {
            TestNode survivor = cluster.node(1);
            TestNode killed = cluster.node(2);
            List<String> users;
            try (var crowd = new Crowd(6, "ticks:G", _ -> List.of(killed.webSocket()))) {
                users = crowd.users();
                await("all are there").atMost(LONG).until(() -> crowd.at(killed).size() == 6);
                await("the grid knows it")
                        .atMost(LONG)
                        .untilAsserted(
                                () -> assertThat(routes(survivor, users)).containsOnly("n2"));
                killed.sendKill();
            }
            await("look-ups name a node that lives")
                    .atMost(LONG)
                    .untilAsserted(() -> assertThat(routes(survivor, users)).containsOnly("n1"));

            cluster.restart(2);
            killed.awaitReady();

            await("on record")
                    .atMost(LONG)
                    .untilAsserted(
                            () ->
                                    assertThat(cluster.admin(survivor, "/admin/v1/failovers"))
                                            .contains("\"node\":\"n2\"")
                                            .contains("\"outcome\":\"returned\""));
            await("they are its clients again")
                    .atMost(LONG)
                    .untilAsserted(() -> assertThat(routes(survivor, users)).containsOnly("n2"));
        }
    }

    private static List<String> routes(TestNode node, List<String> users) {
        return users.stream().map(user -> route(node, user)).toList();
    }

    private static String route(TestNode node, String user) {
        try {
            String answer = LightHttp.get(node.http("/route?user=" + user), TestCluster.IMPATIENT);
            JsonNode chosen = JSON.readTree(answer).path("node");
            return chosen.asString("");
        } catch (IOException e) {
            return e.toString();
        }
    }
}
