package io.hawser.cli.cluster;

import static org.awaitility.Awaitility.await;

import io.hawser.devkit.PostgresServer;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What can be seen of an outbox, in PostgreSQL and at the nodes. Thread-safe. */
final class OutboxSight {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final JsonMapper JSON = new JsonMapper();

    private final TestCluster cluster;

    OutboxSight(TestCluster cluster) {
        this.cluster = cluster;
    }

    /** With an outbox in that database. */
    static Map<String, String> settings(PostgresServer postgres, int batch) {
        return Map.of(
                "outbox.enabled",
                "true",
                "outbox.batch",
                Integer.toString(batch),
                "database.url",
                postgres.jdbcUrl(),
                "database.user",
                postgres.user(),
                "database.password",
                postgres.password());
    }

    static Connection connect(PostgresServer postgres) throws SQLException {
        return DriverManager.getConnection(
                postgres.jdbcUrl(), postgres.user(), postgres.password());
    }

    /** The node that publishes it. */
    TestNode awaitRelay() {
        return await().atMost(LIMIT)
                .until(
                        () ->
                                cluster.nodes().stream()
                                        .filter(node -> value(node, "relaying") == 1)
                                        .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    /** Of {@code hawser_outbox_<name>}; 0 if there is none. */
    double value(TestNode node, String name) {
        return cluster.admin(node, "/metrics")
                .lines()
                .filter(line -> line.startsWith("hawser_outbox_" + name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' ') + 1)))
                .findFirst()
                .orElse(0);
    }

    static long count(Connection connection, String table) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("select count(*) from " + table)) {
            result.next();
            return result.getLong(1);
        }
    }

    /** The data that are in a channel's history, as JSON. */
    List<String> stored(TestNode node, String channel) throws IOException, InterruptedException {
        JsonNode answer =
                JSON.readTree(
                        cluster.api(
                                node, "history", "{\"channel\":\"" + channel + "\",\"limit\":-1}"));
        List<String> data = new ArrayList<>();
        answer.path("result")
                .path("publications")
                .forEach(each -> data.add(each.path("data").toString()));
        return data;
    }
}
