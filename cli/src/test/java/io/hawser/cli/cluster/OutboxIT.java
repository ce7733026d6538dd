package io.hawser.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.devkit.PostgresServer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Transactions publish through the outbox of two node processes, of which the relaying one dies.
 */
@Timeout(400)
class OutboxIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int ROWS_A_WRITER = 2500;
    private static final int CHANNELS = 5;

    @TempDir private Path directory;

    @Test
    void everyCommittedRowIsPublishedOnceInOrderThoughTheRelayIsKilled() throws Exception {
        try (PostgresServer postgres = PostgresServer.start();
                TestCluster cluster =
                        TestCluster.start(2, directory, OutboxSight.settings(postgres, 200));
                Connection admin = OutboxSight.connect(postgres);
                ExecutorService writers = Executors.newFixedThreadPool(2)) {
            var outbox = new OutboxSight(cluster);
            TestNode relaying = outbox.awaitRelay();
            TestNode other = cluster.nodes().stream().filter(n -> n != relaying).findFirst().get();
            List<Future<Integer>> written = new ArrayList<>();
            for (int writer = 0; writer < 2; writer++) {
                String name = "w" + writer;
                written.add(writers.submit(() -> write(postgres, name)));
            }
            await().atMost(LIMIT).until(() -> outbox.value(relaying, "published_total") > 1000);
            relaying.kill();
            for (Future<Integer> each : written) {
                assertThat(each.get()).isEqualTo(ROWS_A_WRITER);
            }

            await().atMost(LIMIT).until(() -> OutboxSight.count(admin, "hawser.outbox") == 0);
            assertThat(OutboxSight.count(admin, "hawser.outbox_dead")).isEqualTo(1);
            await().atMost(LIMIT)
                    .untilAsserted(
                            () ->
                                    assertThat(cluster.admin(other, "/admin/v1/outbox"))
                                            .contains("\"dead\":1")
                                            .contains("\"channel\":\"nowhere:x\""));
            int published = 0;
            for (int channel = 0; channel < CHANNELS; channel++) {
                List<String> stored = outbox.stored(other, "ticks:" + channel);
                assertThat(stored).isEqualTo(committed(admin, "ticks:" + channel));
                published += stored.size();
            }
            assertThat(published).isEqualTo(2 * ROWS_A_WRITER);
        }
    }

    /**
     * Publishes in small transactions, some of them rolled back. Beside each row its id is noted by
     * the same transaction: what the ids of a channel say is the order of the commits.
     */
    private static int write(PostgresServer postgres, String writer) throws SQLException {
        int committed = 0;
        try (Connection connection = OutboxSight.connect(postgres);
                Statement setup = connection.createStatement();
                PreparedStatement publish =
                        connection.prepareStatement(
                                "insert into written select hawser.publish(?, ?), ?, ?")) {
            setup.execute("select pg_advisory_lock(1)");
            setup.execute(
                    "create table if not exists written" + " (id bigint, channel text, data text)");
            setup.execute("select pg_advisory_unlock(1)");
            if (writer.equals("w0")) {
                setup.execute("select hawser.publish('nowhere:x', '1')");
            }
            connection.setAutoCommit(false);
            for (int i = 0; committed < ROWS_A_WRITER; i++) {
                // In the order of the channels, or the two would wait for each other.
                int first = i % (CHANNELS - 1);
                boolean pair = committed + 2 <= ROWS_A_WRITER;
                publish(publish, "ticks:" + first, "\"" + writer + "-" + i + "\"");
                if (pair) {
                    publish(publish, "ticks:" + (first + 1), "\"" + writer + "-" + i + "b\"");
                }
                if (i % 10 == 9) {
                    connection.rollback();
                } else {
                    connection.commit();
                    committed += pair ? 2 : 1;
                }
            }
        }
        return committed;
    }

    private static void publish(PreparedStatement statement, String channel, String data)
            throws SQLException {
        statement.setString(1, channel);
        statement.setString(2, data);
        statement.setString(3, channel);
        statement.setString(4, data);
        statement.executeUpdate();
    }

    private static List<String> committed(Connection connection, String channel)
            throws SQLException {
        List<String> data = new ArrayList<>();
        try (PreparedStatement statement =
                connection.prepareStatement(
                        "select data from written where channel = ? order by id")) {
            statement.setString(1, channel);
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    data.add(result.getString(1));
                }
            }
        }
        return data;
    }
}
