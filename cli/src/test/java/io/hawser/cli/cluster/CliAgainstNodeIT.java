package io.hawser.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.cli.Ran;
import io.hawser.devkit.Haproxy;
import io.hawser.devkit.ManagedProcess;
import io.hawser.devkit.Signal;
import io.hawser.server.security.TokenIssuer;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

/** The commands that users type, against real nodes. */
class CliAgainstNodeIT {
    private static final String CHANNEL = "ticks:CLI";
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Pattern OFFSET = Pattern.compile("^\\S+ #(\\d+) \\{\"n\":\\1}$");

    @TempDir static Path directory;
    private static TestCluster cluster;
    private static TestNode node;

    @BeforeAll
    static void start() {
        cluster = TestCluster.start(2, directory, Map.of());
        node = cluster.node(2);
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    private static String token(String secret) {
        return new TokenIssuer(secret).connection("walker", Instant.now()).sign();
    }

    @Test
    void subscribeGoesOnAtAnotherNodeWithoutAGap() throws IOException {
        Assumptions.assumeTrue(Haproxy.isInstalled(), "haproxy is not installed");
        List<Long> offsets = new CopyOnWriteArrayList<>();
        // Everybody goes to n1 as long as it lives.
        try (var proxy =
                        TestProxy.before(List.of(cluster.node(1), node))
                                .patient()
                                .with("(?m)^ *server n2 .*", "$0 backup")
                                .start(directory);
                ManagedProcess tail = tail(proxy, offsets)) {
            tail.awaitOutput(line -> line.contains("subscribed to " + CHANNEL), LIMIT);
            publish(1, 3);
            tail.awaitOutput(line -> line.contains("#3 "), LIMIT);
            cluster.node(1).kill();
            publish(4, 6);
            tail.awaitOutput(line -> line.contains("#6 "), LIMIT);

            // The line is awaited in one place and counted in another.
            List<Long> all = LongStream.rangeClosed(1, 6).boxed().toList();
            await().atMost(LIMIT).until(() -> offsets.size() >= all.size());
            assertThat(offsets).isEqualTo(all);
            assertThat(tail.outputTail()).contains("connection lost", "nothing missing");
            tail.signal(Signal.TERM);
            assertThat(tail.awaitExit(LIMIT)).as("asked to stop").isZero();
        }
    }

    private static void publish(int from, int to) {
        for (int n = from; n <= to; n++) {
            Ran ran = publish(CHANNEL, "{\"n\":" + n + "}", TestCluster.API_KEY);
            assertThat(ran).isEqualTo(new Ran(0, "published to ticks:CLI, offset " + n + "\n", ""));
        }
    }

    private static Ran publish(String channel, String data, String apiKey) {
        return Ran.run(
                "publish", channel, data, "--url", node.admin("").toString(), "--api-key", apiKey);
    }

    /** As a process of its own, since it is asked to stop by a signal. */
    private static ManagedProcess tail(TestProxy proxy, List<Long> offsets) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of("io.hawser.cli.Hawser", "subscribe", CHANNEL));
        command.addAll(List.of("--ws-url", proxy.ws("/connection/websocket").toString()));
        return ManagedProcess.builder("hawser subscribe", command)
                .environment("HAWSER_TOKEN", token(TestCluster.TOKEN_SECRET))
                .onLine(
                        line ->
                                OFFSET.matcher(line)
                                        .results()
                                        .forEach(
                                                found -> offsets.add(Long.valueOf(found.group(1)))))
                .start();
    }

    @Test
    void aWrongApiKeyIsDenied() {
        Ran ran = publish(CHANNEL, "1", "wrong");

        assertThat(ran.code()).isEqualTo(4);
        assertThat(ran.err()).contains("the API key is not accepted", "--api-key");
    }

    @Test
    void aWrongTokenIsDenied() {
        Ran ran = subscribe(CHANNEL, token("the secret of another cluster, as long"));

        assertThat(ran.code()).isEqualTo(4);
        assertThat(ran.err()).contains("invalid token (code 3500)", "--token");
    }

    @Test
    void anUnknownNamespaceIsNamedAsThat() {
        Ran published = publish("nosuch:CLI", "1", TestCluster.API_KEY);
        Ran subscribed = subscribe("nosuch:CLI", token(TestCluster.TOKEN_SECRET));

        assertThat(List.of(published, subscribed))
                .allSatisfy(ran -> assertThat(ran.code()).isEqualTo(1))
                .allSatisfy(
                        ran ->
                                assertThat(ran.err())
                                        .contains("unknown channel (code 102)", "namespace"));
    }

    @Test
    void theWrongPortOrPathIsRecognised() {
        Ran status = Ran.run("cluster", "status", "--url", node.http("").toString());
        Ran subscribed =
                Ran.run("subscribe", CHANNEL, "--ws-url", node.webSocket().resolve("/").toString());

        assertThat(status.code()).isEqualTo(1);
        assertThat(status.err()).contains("Is this the admin port of a node");
        assertThat(subscribed.code()).isEqualTo(3);
        assertThat(subscribed.err()).contains("HTTP status 404", "/connection/websocket");
    }

    private static Ran subscribe(String channel, String token) {
        return Ran.run(
                "subscribe", channel, "--ws-url", node.webSocket().toString(), "--token", token);
    }
}
