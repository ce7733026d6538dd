package io.hawser.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hawser.cli.Ran;
import io.hawser.devkit.Haproxy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Two nodes behind the project's haproxy.cfg, one of which comes back from a drain and finds all
 * clients at the other: {@code hawser cluster rebalance} moves half of them to it, not one more,
 * while a message is published every 20 ms that nobody misses.
 */
class RebalanceIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String CHANNEL = "ticks:LEVEL";
    private static final int CLIENTS = 40;
    private static final int MOVED = CLIENTS / 2;
    private static final int SHUTDOWN = 3001;
    private static final JsonMapper JSON = new JsonMapper();

    private static final Map<String, String> SETTINGS =
            Map.of(
                    "balance.algorithm", "least_connections",
                    "balance.imbalance_after", "1s",
                    "client.recovery_max_publications", "5000",
                    "demo.page", "true"); // so that clients are told where they are

    private final List<AutoCloseable> parts = new ArrayList<>();
    private TestCluster cluster;
    private TestProxy proxy;
    private NumberedPublisher publisher;
    private Crowd crowd;

    @BeforeEach
    void start(@TempDir Path directory) throws IOException {
        assumeTrue(Haproxy.isInstalled(), "haproxy is not installed");
        cluster = closing(TestCluster.start(2, directory, SETTINGS));
        proxy = closing(TestProxy.before(cluster.nodes()).patient().start(directory));
        await().atMost(LIMIT).ignoreExceptions().until(() -> reaches(1) && reaches(2));
        publisher = closing(NumberedPublisher.start(cluster::nodes, List.of(CHANNEL), 50));
        assertThat(hawser("node", "drain", "n2").code()).isZero();
        await("n2 takes nobody").atMost(LIMIT).until(() -> !reaches(2));
        var address = List.of(proxy.ws("/connection/websocket"));
        crowd = closing(new Crowd(CLIENTS, CHANNEL, _ -> address));
    }

    private <T extends AutoCloseable> T closing(T part) {
        parts.addFirst(part);
        return part;
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable part : parts) {
            part.close();
        }
    }

    @Test
    @Timeout(300)
    void exactlyTheRecommendedNumberMovesAndNobodyElseIsTouched() throws Exception {
        awaitMoreMessages();
        assertThat(crowd.at(cluster.node(1))).hasSize(CLIENTS);
        assertThat(hawser("node", "undrain", "n2").code()).isZero();
        await("n2 takes clients").atMost(LIMIT).until(() -> reaches(2));
        awaitRecommended();
        assertThat(lastAlert(1)).contains("imbalance began").contains("n1").contains("n2");
        nothingHappensUnlessApplied();

        long beganNanos = System.nanoTime();
        Ran applied = hawser("cluster", "rebalance", "--apply", "--rate", "50/s", "--settle", "0s");
        assertThat(applied.code()).as(applied.out() + applied.err()).isZero();
        assertThat(applied.out())
                .contains("n1 -> n2: " + MOVED + " connections")
                .contains("n1: %1$d of %1$d told to reconnect".formatted(MOVED));

        awaitMoreMessages();
        await("those who came back are counted")
                .atMost(LIMIT)
                .ignoreExceptions()
                .untilAsserted(
                        () -> assertThat(crowd.at(cluster.node(2))).hasSize(MOVED - returned()));
        int returned = returned();
        System.out.printf("%d told, %d came back%n", MOVED, returned);
        // How many is up to HAProxy, which gives them to whom has fewer, unless that stands still.
        assertThat(returned).isLessThan(MOVED);
        assertThat(crowd.at(cluster.node(1))).hasSize(CLIENTS - MOVED + returned);
        await("they belong where they are")
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(homes("n2")).isEqualTo(MOVED - returned));
        await("nobody else is told to go, and nobody twice")
                .during(Duration.ofSeconds(2))
                .atMost(LIMIT)
                .until(() -> crowd.closedSince(beganNanos).size() == MOVED);
        assertThat(crowd.closedSince(beganNanos)).containsOnly(SHUTDOWN);
        awaitMoreMessages();
        assertThat(lastAlert(2)).contains("imbalance is over");
    }

    /** The last of so many since the cluster began, for which it waits. */
    private String lastAlert(int count) {
        Ran told = hawser("events", "--types", "alert", "--count", Integer.toString(count));
        assertThat(told.code()).as(told.err()).isZero();
        return told.out().lines().toList().getLast();
    }

    /** All clients are there and have missed nothing. */
    private void awaitMoreMessages() {
        crowd.awaitMessage(Math.toIntExact(publisher.lastNumbers().getOrDefault(CHANNEL, 0L)) + 50);
    }

    private void awaitRecommended() {
        await("recommended")
                .atMost(LIMIT)
                .untilAsserted(
                        () ->
                                assertThat(recommended())
                                        .singleElement()
                                        .returns("n1", move -> move.path("from").asString(""))
                                        .returns("n2", move -> move.path("to").asString(""))
                                        .returns(MOVED, move -> move.path("connections").asInt(0)));
    }

    private List<JsonNode> recommended() {
        String answer = cluster.admin(cluster.node(2), "/admin/v1/cluster");
        return JSON.readTree(answer).path("balance").path("rebalance").valueStream().toList();
    }

    private void nothingHappensUnlessApplied() {
        long beganNanos = System.nanoTime();
        Ran shown = hawser("cluster", "rebalance");
        assertThat(shown.code()).as(shown.err()).isZero();
        assertThat(shown.out()).isEqualToIgnoringNewLines("n1 -> n2: " + MOVED + " connections");
        awaitMoreMessages();
        assertThat(crowd.closedSince(beganNanos)).isEmpty();
    }

    private int returned() throws IOException, InterruptedException {
        String path = "/admin/v1/nodes/n1/drain?api_key=" + TestCluster.API_KEY;
        String answer = cluster.get(cluster.node(2).admin(path));
        return JSON.readTree(answer).required("rebalance").required("returned").asInt();
    }

    private long homes(String node) {
        var sight = new ClusterSight(cluster);
        return crowd.users().stream()
                .filter(user -> sight.home(cluster.node(2), user).equals(node))
                .count();
    }

    /** Whether HAProxy gives clients to it. */
    private boolean reaches(int number) throws IOException, InterruptedException {
        String id = cluster.node(number).id();
        return cluster.get(proxy.http("/health?node=" + id)).contains("\"node\":\"" + id + "\"");
    }

    /** At the node that is not to be left. */
    private Ran hawser(String... words) {
        List<String> args = new ArrayList<>(List.of(words));
        args.addAll(
                List.of(
                        "--url",
                        cluster.node(2).admin("").toString(),
                        "--api-key",
                        TestCluster.API_KEY));
        return Ran.run(args);
    }
}
