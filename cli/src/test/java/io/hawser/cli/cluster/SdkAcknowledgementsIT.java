package io.hawser.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.devkit.ManagedProcess;
import io.hawser.server.security.TokenIssuer;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;

/**
 * What is not acknowledged comes again, to the public JavaScript client: on another node after one
 * was killed, and to a user who was away.
 */
class SdkAcknowledgementsIT {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final String NAMESPACES =
            "[{name: orders, options: {history_size: 1000, history_ttl: 300s, ack: subscriber,"
                    + " allow_subscribe_for_client: true}}]";

    @TempDir static Path directory;
    private static TestCluster cluster;

    @BeforeAll
    static void start() throws Exception {
        NpmProject.install();
        cluster =
                TestCluster.start(
                        3,
                        directory,
                        Map.of(
                                "namespaces",
                                NAMESPACES,
                                "delivery.queue_limit",
                                "100",
                                "redis.timeout",
                                TestCluster.PATIENT_REDIS));
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    /** What a life of the client has seen. */
    private record Life(
            List<Long> offsets,
            List<Integer> values,
            boolean recovered,
            boolean wasRecovering,
            long position) {}

    private static ManagedProcess client(List<String> lines, String encoding, Call call) {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                encoding,
                                cluster.node(call.node).webSocket().toString(),
                                new TokenIssuer(TestCluster.TOKEN_SECRET)
                                        .connection(call.user, Instant.now())
                                        .sign(),
                                call.channel,
                                Integer.toString(call.count),
                                Integer.toString(call.acked),
                                call.how));
        if (!call.device.isEmpty()) {
            arguments.add(call.device);
        }
        return NpmProject.start(lines::add, "ack-client.mjs", arguments.toArray(String[]::new));
    }

    /**
     * How a client lives.
     *
     * @param count publications that it waits for
     * @param acked offset that it acknowledges then; 0 for none
     */
    private record Call(
            int node,
            String user,
            String channel,
            int count,
            int acked,
            String how,
            String device) {
        Call(int node, String user, String channel, int count, int acked) {
            this(node, user, channel, count, acked, "rpc", "");
        }
    }

    private static Life live(String encoding, Call call) {
        List<String> lines = new CopyOnWriteArrayList<>();
        try (ManagedProcess process = client(lines, encoding, call)) {
            return told(lines, process);
        }
    }

    private static Life told(List<String> lines, ManagedProcess process) {
        process.awaitExit(LIMIT);
        String last =
                lines.stream()
                        .filter(line -> line.startsWith("{\"offsets\""))
                        .findFirst()
                        .orElseThrow(() -> new AssertionError(process.outputTail()));
        JsonNode seen = JSON.readTree(last);
        List<Long> offsets = new ArrayList<>();
        List<Integer> values = new ArrayList<>();
        seen.path("offsets").forEach(each -> offsets.add(each.asLong(0)));
        seen.path("values").forEach(each -> values.add(each.asInt(0)));
        JsonNode subscribed = seen.path("subscribed");
        return new Life(
                offsets,
                values,
                subscribed.path("recovered").asBoolean(false),
                subscribed.path("wasRecovering").asBoolean(false),
                seen.path("position").path("offset").asLong(0));
    }

    private static List<Long> range(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }

    private static void publish(int node, String channel, int from, int to) throws Exception {
        for (int n = from; n <= to; n++) {
            String body = "{\"channel\":\"" + channel + "\",\"data\":" + n + "}";
            assertThat(cluster.api(cluster.node(node), "publish", body))
                    .contains("\"offset\":" + n + ",");
        }
    }

    private static void awaitSubscriber(int node, String channel) {
        await("subscribed to " + channel)
                .atMost(LIMIT)
                .ignoreExceptions()
                .until(
                        () ->
                                cluster.api(
                                                cluster.node(node),
                                                "channels",
                                                "{\"pattern\":\"" + channel + "\"}")
                                        .contains("\"num_clients\":1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"json", "protobuf"})
    void aNodeDiesAndTheRestComesOnAnother(String encoding) throws Exception {
        String user = "ann-" + encoding;
        String channel = "orders:" + encoding;
        List<String> lines = new CopyOnWriteArrayList<>();
        try (ManagedProcess first = client(lines, encoding, new Call(1, user, channel, 20, 12))) {
            awaitSubscriber(2, channel);
            publish(2, channel, 1, 20);
            Life life = told(lines, first);
            assertThat(life.offsets()).isEqualTo(range(1, 20));
            assertThat(life.wasRecovering()).isFalse();
            assertThat(life.position()).isEqualTo(12);
        }
        cluster.node(1).kill();
        try {
            publish(2, channel, 21, 40);
            Life second = live(encoding, new Call(2, user, channel, 28, 40, "send", ""));
            assertThat(second.offsets()).as("none missing").isEqualTo(range(13, 40));
            assertThat(second.values())
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(13, 40).mapToObj(n -> (int) n).toList());
            assertThat(second.recovered()).isTrue();
            assertThat(second.wasRecovering()).isTrue();
            await("the sent acknowledgement")
                    .atMost(LIMIT)
                    .until(
                            () ->
                                    cluster.admin(cluster.node(3), "/admin/v1/delivery/" + user)
                                            .contains("\"offset\":40"));
            publish(3, channel, 41, 41);
            Life third = live(encoding, new Call(3, user, channel, 1, 41));
            assertThat(third.offsets()).isEqualTo(range(41, 41));
            assertThat(third.recovered()).isTrue();
        } finally {
            cluster.restart(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"json", "protobuf"})
    void aQueueWaitsForAUserWhoIsAway(String encoding) throws Exception {
        String user = "bob-" + encoding;
        String queue = "hawser.queue:" + user;
        for (int n = 1; n <= 5; n++) {
            assertThat(
                            cluster.api(
                                    cluster.node(2),
                                    "publish_user",
                                    "{\"user\":\"" + user + "\",\"data\":" + n + "}"))
                    .contains("\"offset\":" + n + ",");
        }
        Life first = live(encoding, new Call(3, user, queue, 5, 3));
        assertThat(first.offsets()).isEqualTo(range(1, 5));
        assertThat(first.values()).containsExactly(1, 2, 3, 4, 5);
        assertThat(first.recovered()).isTrue();
        Life second = live(encoding, new Call(2, user, queue, 2, 5));
        assertThat(second.offsets()).isEqualTo(range(4, 5));
        Life third = live(encoding, new Call(3, user, queue, 0, 0));
        assertThat(third.offsets()).isEmpty();
    }

    @Test
    void devicesWithNamesGoOnWhereTheyWere() throws Exception {
        for (String device : List.of("phone", "desk")) {
            live("json", new Call(2, "cid", "orders:devices", 0, 0, "rpc", device));
        }
        publish(2, "orders:devices", 1, 4);
        live("json", new Call(2, "cid", "orders:devices", 4, 3, "rpc", "phone"));
        Life phone = live("json", new Call(3, "cid", "orders:devices", 1, 0, "rpc", "phone"));
        Life desk = live("json", new Call(3, "cid", "orders:devices", 4, 0, "rpc", "desk"));
        assertThat(phone.offsets()).isEqualTo(range(4, 4));
        assertThat(desk.offsets()).isEqualTo(range(1, 4));
    }
}
