package io.hawser.grid.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.devkit.RedisServer;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;

class SnapshotStoreIT {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final List<String> NODES = List.of("n1", "n2", "n9");

    private final RedisServer redis = RedisServer.start();
    private final RedisClient client = RedisClient.create(redis.uri());
    private final StatefulRedisConnection<String, String> connection = connect();
    private final SnapshotStore store = new SnapshotStore(connection::async);
    private final SnapshotStore other = new SnapshotStore(connection::async);

    @AfterEach
    void stop() {
        store.close();
        other.close();
        connection.close();
        client.shutdown();
        redis.close();
    }

    @Test
    void theLastSnapshotOfEachNodeIsRead() {
        store.start(() -> snapshot("n2"));
        other.start(() -> snapshot("n1"));
        // A busy Redis may have no answer in time.
        await().atMost(LONG)
                .untilAsserted(
                        () ->
                                assertThat(store.read(NODES))
                                        .containsExactly(snapshot("n1"), snapshot("n2")));
        assertThat(connection.sync().pttl("hawser:metrics:n1")).isBetween(1L, 10_000L);
        await().atMost(LONG).until(() -> connection.sync().xlen("hawser:metrics:series") > 3);
    }

    @Test
    void whatCannotBeReadIsLeftOut() {
        connection.sync().set("hawser:metrics:n9", "{not json");
        connection.sync().set("hawser:metrics:n2", "{\"node\":\"n2\",\"latency\":\"HISTFAAAA\"}");
        store.start(() -> snapshot("n1"));
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(store.read(NODES)).containsExactly(snapshot("n1")));
    }

    @Test
    void withoutRedisNothingIsThrown() {
        store.start(() -> snapshot("n1"));
        await().atMost(LONG).until(() -> store.read(NODES).size() == 1);
        redis.kill();
        await().atMost(LONG).until(() -> store.failures() > 2);
        assertThat(store.read(NODES)).isEmpty();
        redis.restartEmpty();
        await().atMost(LONG).until(() -> store.read(NODES).size() == 1);
    }

    @Test
    void withoutAConnectionNothingIsThrown() {
        try (var unconnected = new SnapshotStore(() -> null)) {
            assertThat(unconnected.read(NODES)).isEmpty();
            assertThat(unconnected.failures()).isEqualTo(1);
        }
    }

    private StatefulRedisConnection<String, String> connect() {
        client.setOptions(
                ClientOptions.builder()
                        .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                        .build());
        return client.connect();
    }

    private static NodeSnapshot snapshot(String node) {
        var recorder = new LatencyRecorder();
        recorder.record(1_500_000);
        return new NodeSnapshot(
                node,
                3,
                1_700_000_000_000L,
                5,
                10,
                7,
                2,
                1,
                2,
                3,
                0,
                0.5,
                0.25,
                40,
                4,
                recorder.take());
    }
}
