package io.hawser.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.devkit.Ports;
import io.hawser.devkit.PostgresServer;
import io.hawser.devkit.RedisOptions;
import io.hawser.devkit.RedisServer;
import io.hawser.server.config.ConfigLoader;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
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
import java.util.regex.Pattern;

/** A node without its Redis or its PostgreSQL, and with a Redis that hangs. */
class DegradedIT {
    private static final String CONNECT = "{\"id\":1,\"connect\":{}}";
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static HawserServer start(String... more) throws StartException {
        List<String> sets =
                new ArrayList<>(
                        List.of(
                                "node.id=degraded",
                                "node.host=127.0.0.1",
                                "node.port=0",
                                "admin.port=0",
                                "grid.port=0",
                                "client.insecure=true",
                                "client.ping_interval=1h",
                                "broker.type=redis",
                                "channel.history_size=10",
                                "channel.history_ttl=60s"));
        sets.addAll(List.of(more));
        return HawserServer.start(ConfigLoader.load(Optional.empty(), Map.of(), sets));
    }

    private static HttpResponse<String> health(HawserServer server)
            throws IOException, InterruptedException {
        try (var http = HttpClient.newHttpClient()) {
            var address = URI.create("http://127.0.0.1:" + server.publicPort() + "/health");
            return http.send(
                    HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    private static RawWebSocket connected(HawserServer server) throws IOException {
        var socket = new RawWebSocket(server.publicPort(), "/connection/websocket", "");
        socket.text(CONNECT);
        assertThat(socket.read().text()).contains("\"connect\"");
        return socket;
    }

    private static void awaitHealth(HawserServer server, String part) {
        await(part).atMost(LIMIT).until(() -> health(server).body().contains(part));
    }

    private static String publish(int id) {
        return "{\"id\":" + id + ",\"publish\":{\"channel\":\"news\",\"data\":{\"n\":" + id + "}}}";
    }

    @Test
    void startsWithoutEitherAndServesOnceTheyAreThere() throws Exception {
        int redisPort = Ports.free();
        int databasePort = Ports.free();
        try (HawserServer server =
                        start(
                                "redis.uri=redis://127.0.0.1:" + redisPort,
                                "database.url=jdbc:postgresql://127.0.0.1:" + databasePort + "/x");
                RawWebSocket client = connected(server)) {
            HttpResponse<String> health = health(server);
            assertThat(health.statusCode()).isEqualTo(200);
            assertThat(health.body())
                    .contains("\"status\":\"degraded\"")
                    .contains("\"redis\":{\"status\":\"down\"")
                    .contains("\"database\":{\"status\":\"down\"");

            client.text(publish(2));
            assertThat(client.read().text())
                    .contains("\"id\":2")
                    .contains("\"code\":100")
                    .contains("\"temporary\":true");

            try (RedisServer redis = RedisServer.start(new RedisOptions().port(redisPort))) {
                assertThat(redis.port()).isEqualTo(redisPort);
                awaitHealth(server, "\"redis\":{\"status\":\"up\"");
                client.text(publish(3));
                assertThat(client.read().text()).isEqualTo("{\"id\":3,\"publish\":{}}");
            }
        }
    }

    @Test
    void aHungRedisIsAnsweredWith100AndAFullQueueWith111() throws Exception {
        try (RedisServer redis = RedisServer.start();
                HawserServer server = start("redis.uri=" + redis.uri(), "client.publish_queue=16");
                RawWebSocket client = connected(server)) {
            awaitHealth(server, "\"status\":\"ok\""); // without Redis none would wait
            redis.suspend();
            try {
                int publishes = 400;
                var frame = new StringBuilder();
                for (int id = 2; id < publishes + 2; id++) {
                    frame.append(publish(id)).append('\n');
                }
                client.text(frame.toString());
                var answers = new StringBuilder();
                while (count(answers, "\"error\"") < publishes) {
                    answers.append(client.read().text()).append('\n');
                }
                assertThat(count(answers, "\"code\":111")).isPositive();
                assertThat(count(answers, "\"code\":100")).isPositive();
                assertThat(count(answers, "\"code\":111") + count(answers, "\"code\":100"))
                        .isEqualTo(publishes);
            } finally {
                redis.resume();
            }
            awaitHealth(server, "\"status\":\"ok\"");
            client.text(publish(1000));
            assertThat(client.read().text()).isEqualTo("{\"id\":1000,\"publish\":{}}");
        }
    }

    private static int count(CharSequence text, String part) {
        return text.toString().split(Pattern.quote(part), -1).length - 1;
    }

    @Test
    void sessionsLeaveTheirRows() throws Exception {
        try (PostgresServer postgres = PostgresServer.start()) {
            try (HawserServer server =
                    start(
                            "broker.type=local",
                            "database.url=" + postgres.jdbcUrl(),
                            "database.user=" + postgres.user(),
                            "database.password=" + postgres.password())) {
                awaitHealth(server, "\"database\":{\"status\":\"up\"");
                connected(server).close();
                try (RawWebSocket uni =
                        new RawWebSocket(server.publicPort(), "/connection/uni_websocket", "")) {
                    uni.text("{}");
                    assertThat(uni.read().text()).startsWith("{\"connect\":{\"client\":\"");
                }
                await("rows of both sessions")
                        .atMost(LIMIT)
                        .until(() -> rows(postgres).equals(List.of("uni_websocket", "websocket")));
            }
        }
    }

    /** Transports of the sessions that have ended. */
    private static List<String> rows(PostgresServer postgres) throws SQLException {
        var transports = new ArrayList<String>();
        try (Connection connection =
                        DriverManager.getConnection(
                                postgres.jdbcUrl(), postgres.user(), postgres.password());
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                "select transport from sessions where disconnected_at is not null"
                                        + " order by transport")) {
            while (rows.next()) {
                transports.add(rows.getString(1));
            }
        }
        return transports;
    }
}
