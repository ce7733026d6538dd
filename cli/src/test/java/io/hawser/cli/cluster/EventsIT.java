package io.hawser.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;

import io.hawser.cli.Ran;
import io.hawser.devkit.ManagedProcess;
import io.hawser.devkit.Signal;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;

/** What happens in a real cluster is told, also when the coordinator dies, and to a webhook. */
class EventsIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final List<String> events = new CopyOnWriteArrayList<>();
    private final List<String> hooks = new CopyOnWriteArrayList<>();
    private final AtomicBoolean refusing = new AtomicBoolean();

    @Test
    void joinsDrainsAndTheDeathOfTheCoordinatorAreTold(@TempDir Path directory) throws IOException {
        HttpServer receiver = receiver();
        Map<String, String> settings =
                Map.of(
                        "events.webhook.url",
                        "http://127.0.0.1:" + receiver.getAddress().getPort() + "/",
                        "events.webhook.types",
                        "[node.joined, node.failed]",
                        "node.state_dir",
                        directory.resolve("state-%i").toString());
        try (var cluster = TestCluster.start(2, directory, settings)) {
            TestNode first = coordinator(cluster);
            TestNode second = cluster.node(first == cluster.node(1) ? 2 : 1);
            try (ManagedProcess tail = tail(second)) {
                tell(cluster, first, second, tail);
            }
        } finally {
            receiver.stop(0);
        }
    }

    private void tell(TestCluster cluster, TestNode first, TestNode second, ManagedProcess tail) {
        String byFirst = "\"by\":\"" + first + "\"";
        String ofFirst = "\"node\":\"" + first + "\"";
        String joined =
                id(tail.awaitOutput(says("node.joined", "\"node\":\"" + second + "\""), LIMIT));
        tail.awaitOutput(says("config.loaded", "\"by\":\"" + second + "\""), LIMIT);
        run(first, "node", "drain", first.id());
        tail.awaitOutput(says("node.drain", byFirst, "\"stage\":\"told\""), LIMIT);
        run(first, "node", "undrain", first.id());
        tail.awaitOutput(says("node.drain", byFirst, "\"stage\":\"undone\""), LIMIT);
        await().atMost(LIMIT).until(() -> hooks.contains(joined));
        await("the second knows that it was taken")
                .atMost(LIMIT)
                .until(() -> cluster.admin(second, "/admin/v1/webhooks").contains("\"waiting\":0"));
        int taken = Collections.frequency(hooks, joined);

        refusing.set(true);
        first.kill();
        String failed = id(tail.awaitOutput(says("node.failed", ofFirst), LIMIT));
        tail.awaitOutput(says("failover.done", "\"outcome\":\"reassigned\""), LIMIT);
        await().atMost(LIMIT).until(() -> ran(second, "webhooks", "dead").out().contains(failed));
        refusing.set(false);
        long seen = tail.outputLines();
        first.restart();
        tail.awaitOutput(seen, says("node.joined", ofFirst), LIMIT);

        int refused = Collections.frequency(hooks, failed);
        // The first asks the second for it, which has half a second to answer.
        await("found")
                .atMost(LIMIT)
                .until(
                        () -> ran(first, "webhooks", "retry", failed).out(),
                        ("node.failed " + failed + " waits again\n")::equals);
        await().atMost(LIMIT).until(() -> Collections.frequency(hooks, failed) > refused);
        assertThat(Collections.frequency(hooks, joined)).as("taken by the first").isEqualTo(taken);

        tail.signal(Signal.TERM);
        assertThat(tail.awaitExit(LIMIT)).as("asked to stop").isZero();
        assertThat(events).as("each once").doesNotHaveDuplicates();
        assertThat(events.stream().filter(says("node.failed", ofFirst))).hasSize(1);
    }

    /** The one that tells what becomes of nodes, and sends. */
    private static TestNode coordinator(TestCluster cluster) {
        return await().atMost(LIMIT)
                .until(
                        () ->
                                cluster.nodes().stream()
                                        .filter(node -> isCoordinator(cluster, node))
                                        .findAny(),
                        Optional::isPresent)
                .orElseThrow();
    }

    private static boolean isCoordinator(TestCluster cluster, TestNode node) {
        return cluster.admin(node, "/admin/v1/scaling").contains("\"coordinator\":true");
    }

    private HttpServer receiver() throws IOException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    exchange.getRequestBody().readAllBytes();
                    hooks.add(exchange.getRequestHeaders().getFirst("X-Hawser-Delivery"));
                    exchange.sendResponseHeaders(refusing.get() ? 400 : 204, -1);
                    exchange.close();
                });
        server.start();
        return server;
    }

    private static Predicate<String> says(String... words) {
        return line -> List.of(words).stream().allMatch(line::contains);
    }

    private static String id(String event) {
        return new JsonMapper().readTree(event).path("id").asString();
    }

    private static void run(TestNode node, String... words) {
        Ran ran = ran(node, words);
        assertThat(ran.code()).as(ran.err()).isZero();
    }

    private static Ran ran(TestNode node, String... words) {
        List<String> command = new ArrayList<>(List.of(words));
        command.addAll(
                List.of("--url", node.admin("").toString(), "--api-key", TestCluster.API_KEY));
        return Ran.run(command);
    }

    private ManagedProcess tail(TestNode node) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of("io.hawser.cli.Hawser", "events", "-o", "json"));
        command.addAll(List.of("--url", node.admin("").toString()));
        return ManagedProcess.builder("hawser events", command)
                .environment("HAWSER_API_KEY", TestCluster.API_KEY)
                .onLine(
                        line -> {
                            if (line.startsWith("{")) {
                                events.add(line);
                            }
                        })
                .start();
    }
}
