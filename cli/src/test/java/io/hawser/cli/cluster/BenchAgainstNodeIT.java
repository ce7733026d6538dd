package io.hawser.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.cli.Ran;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code hawser bench} against a real node. */
class BenchAgainstNodeIT {
    private static final String SECRET = "the secret that signs the tokens of this test";

    @TempDir static Path directory;
    private static TestNode node;

    @BeforeAll
    static void start() {
        node =
                TestNode.start(
                        "bench",
                        directory,
                        Map.of(
                                "token.hmac_secret",
                                SECRET,
                                "channel.allow_subscribe_for_client",
                                "true",
                                "channel.allow_publish_for_client",
                                "true"));
        node.awaitReady();
    }

    @AfterAll
    static void stop() {
        if (node != null) {
            node.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"json", "protobuf", "msgpack"})
    void fanOutDeliversEverything(String protocol) {
        Ran ran = bench("fanout", "-c", "50", "-d", "3s", "--protocol", protocol);

        everythingArrived(ran, 50);
    }

    @Test
    void severalProcessesAreOneRun() {
        Ran ran = bench("fanout", "-c", "60", "--channels", "3", "-d", "3s", "--processes", "2");

        everythingArrived(ran, 20);
    }

    private static void everythingArrived(Ran ran, long each) {
        assertThat(ran.code()).as(ran.err() + ran.out()).isZero();
        JsonNode counts = new JsonMapper().readTree(ran.out()).path("counts");
        assertThat(counts.path("published").longValue()).isPositive();
        assertThat(counts.path("delivered").longValue())
                .isEqualTo(each * counts.path("published").longValue());
        assertThat(counts.path("failed").longValue()).isZero();
    }

    @Test
    void latencyKeepsItsRate() {
        Ran ran = bench("latency", "-c", "20", "-d", "1s", "-r", "200", "-p", "4");

        everythingArrived(ran, 20);
        JsonNode result = new JsonMapper().readTree(ran.out());
        assertThat(result.path("per_second").path("published").doubleValue()).isEqualTo(200);
        assertThat(result.path("delivery_us").path("count").longValue()).isEqualTo(4000);
    }

    @Test
    void publishersConnectWhereTheyAreTold() {
        String nobody = "ws://127.0.0.1:1/connection/websocket";
        Ran ran = bench("latency", "-c", "2", "-d", "1s", "--publish-url", nobody);

        assertThat(ran.code()).isEqualTo(1);
        JsonNode counts = new JsonMapper().readTree(ran.out()).path("counts");
        assertThat(counts.path("failed").longValue()).isEqualTo(1);
        assertThat(counts.path("published").longValue()).isZero();
    }

    @Test
    void publishCountsReplies() {
        Ran ran = bench("publish", "-p", "2", "-d", "3s");

        assertThat(ran.code()).as(ran.err() + ran.out()).isZero();
        JsonNode result = new JsonMapper().readTree(ran.out());
        assertThat(result.path("per_second").path("replies").doubleValue()).isPositive();
    }

    @Test
    void whoHasNoTokenIsTold() {
        Ran ran = Ran.run("bench", "connect", "--url", node.webSocket().toString(), "-c", "3");

        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.out()).contains("--secret or --token");
    }

    private static Ran bench(String... words) {
        List<String> args = new ArrayList<>(List.of("bench"));
        args.addAll(List.of(words));
        args.addAll(List.of("--url", node.webSocket().toString(), "--secret", SECRET));
        args.addAll(List.of("--drain", "20s", "--timeout", "60s", "-o", "json"));
        return Ran.run(args);
    }
}
