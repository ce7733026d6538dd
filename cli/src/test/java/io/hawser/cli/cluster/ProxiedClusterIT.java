package io.hawser.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hawser.cli.Ran;
import io.hawser.cli.client.Backoff;
import io.hawser.cli.client.ChannelClient;
import io.hawser.cli.client.ClientEvent;
import io.hawser.cli.client.ClientRuntime;
import io.hawser.cli.client.ClientSettings;
import io.hawser.cli.haproxy.RuntimeSocket;
import io.hawser.devkit.Haproxy;
import io.hawser.server.security.TokenIssuer;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Three nodes behind the project's haproxy.cfg: drains, hints, spare slots, a rolling restart. */
class ProxiedClusterIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int CLIENTS = 60;
    private static final Set<String> NODES = Set.of("n1", "n2", "n3");

    @TempDir static Path directory = Path.of("");

    private static TestCluster cluster;
    private static TestProxy proxy;
    private static RuntimeSocket socket;
    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeAll
    static void start() throws IOException {
        assumeTrue(Haproxy.isInstalled(), "haproxy is not installed");
        cluster =
                TestCluster.start(3, directory, Map.of("client.recovery_max_publications", "5000"));
        Path runtime = directory.resolve("ha.sock");
        socket = new RuntimeSocket(runtime);
        proxy =
                TestProxy.before(cluster.nodes())
                        .patient()
                        .with(
                                "# stats socket .*",
                                "stats socket " + runtime + " mode 600 level admin")
                        .start(directory);
        awaitAll();
    }

    private static void awaitAll() {
        await("all take clients")
                .atMost(LIMIT)
                .until(() -> takesClients("n1") && takesClients("n2") && takesClients("n3"));
    }

    @AfterAll
    static void stop() {
        if (proxy != null) {
            proxy.close();
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    /** As HAProxy has it at the moment. */
    private static int weight(String server) throws IOException {
        return Integer.parseInt(socket.run("get weight nodes/" + server).split(" ", 2)[0].strip());
    }

    /** Its weight is its score, between 1 and 100, and all nodes know that it is back. */
    private static boolean takesClients(String server) throws IOException {
        return weight(server) > 0 && isSeen(server, "active");
    }

    /** By all nodes. */
    private static boolean isSeen(String server, String status) {
        return cluster.nodes().stream()
                .map(asked -> new ClusterSight(cluster).nodes(asked).get(server))
                .allMatch(seen -> seen != null && seen.status().equals(status));
    }

    private static Ran hawser(String... words) {
        List<String> args = new ArrayList<>(List.of(words));
        args.addAll(
                List.of(
                        "--url",
                        cluster.node(2).admin("").toString(),
                        "--api-key",
                        TestCluster.API_KEY));
        return Ran.run(args);
    }

    /** The server line that answers. */
    private String served(String hint) {
        String query = hint.isEmpty() ? "" : "?node=" + hint;
        var address = proxy.http("/health" + query);
        try {
            return http.send(
                            HttpRequest.newBuilder(address).build(),
                            HttpResponse.BodyHandlers.discarding())
                    .headers()
                    .firstValue("X-Hawser-Node")
                    .orElse("nobody");
        } catch (IOException e) {
            return e.toString();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private Set<String> served(int times, String hint) {
        return IntStream.range(0, times).mapToObj(_ -> served(hint)).collect(Collectors.toSet());
    }

    /** Its hint leads to it, once HAProxy has heard so from each that stood still. */
    private void awaitServedByHint(int times, String id) {
        await("served by " + id).atMost(LIMIT).until(() -> served(times, id).equals(Set.of(id)));
    }

    /** Others serve, never this one. */
    private void assertNotServedBy(String server, String hint) {
        await("others serve")
                .atMost(LIMIT)
                .until(
                        () -> {
                            Set<String> seen = served(20, hint);
                            assertThat(seen).doesNotContain(server);
                            return NODES.containsAll(seen);
                        });
    }

    @Test
    void aDrainedNodeIsNotReachedEvenByItsHintUntilItIsBack() {
        awaitServedByHint(20, "n1");
        Ran drained = hawser("node", "drain", "n1");
        assertThat(drained.code()).as(drained.err()).isZero();
        assertThat(drained.out()).contains("n1 drained: 0 of 0 told");
        await().atMost(LIMIT).until(() -> weight("n1") == 0);
        assertNotServedBy("n1", "n1");
        assertNotServedBy("n1", "");

        cluster.node(1).restart();
        await().atMost(LIMIT).until(() -> takesClients("n1") && served("n1").equals("n1"));

        hawser("node", "drain", "n1");
        await().atMost(LIMIT).until(() -> weight("n1") == 0);
        assertThat(hawser("node", "undrain", "n1").out()).isEqualTo("n1 takes clients\n");
        await().atMost(LIMIT).until(() -> takesClients("n1") && served("n1").equals("n1"));
    }

    @Test
    void unknownNodesAndTheLastOneAreRefused() {
        Ran unknown = hawser("node", "drain", "n9");
        assertThat(unknown.code()).isEqualTo(1);
        assertThat(unknown.err()).contains("no node 'n9' is known; there are n1, n2, n3");
        try {
            assertThat(hawser("node", "drain", "n1")).matches(ran -> ran.code() == 0);
            assertThat(hawser("node", "drain", "n2")).matches(ran -> ran.code() == 0);
            await("known to all")
                    .atMost(LIMIT)
                    .until(() -> isSeen("n1", "draining") && isSeen("n2", "draining"));
            Ran last = hawser("node", "drain", "n3");
            assertThat(last.code()).isEqualTo(1);
            assertThat(last.err()).contains("n3 is the last one that takes clients");
            Ran restart = hawser("cluster", "restart", "--rolling", "--command", "false %s");
            assertThat(restart.code()).isEqualTo(1);
            assertThat(restart.err())
                    .contains("node n1 is draining, and nothing has been restarted");
        } finally {
            hawser("node", "undrain", "n1");
            hawser("node", "undrain", "n2");
        }
        awaitAll();
    }

    @Test
    void aRollingRestartStopsAtTheFirstFailure() {
        try {
            Ran ran = hawser("cluster", "restart", "--rolling", "--command", "exit 3 # %s");
            assertThat(ran.code()).isEqualTo(1);
            assertThat(ran.err())
                    .contains("stopped at n1: the command ended with 3; no node has been restarted")
                    .contains("hawser node undrain n1");
            await().atMost(LIMIT).until(() -> weight("n1") == 0);
            assertNotServedBy("n1", "");
        } finally {
            hawser("node", "undrain", "n1");
        }
        awaitAll();
    }

    @Test
    void ofAllThatAreDrainedAtTheSameMomentOneAtLeastStays() throws Exception {
        try {
            List<CompletableFuture<Ran>> drains =
                    Stream.of("n1", "n2", "n3")
                            .map(id -> CompletableFuture.supplyAsync(() -> drainedBy(id)))
                            .toList();
            drains.forEach(CompletableFuture::join);
            await().atMost(LIMIT).until(() -> weight("n1") + weight("n2") + weight("n3") > 0);
            await().atMost(LIMIT).until(() -> NODES.contains(served("")));
        } finally {
            for (TestNode node : cluster.nodes()) {
                hawser("node", "undrain", node.id());
            }
        }
        awaitAll();
    }

    private static Ran drainedBy(String id) {
        return hawser("node", "drain", id);
    }

    @Test
    void garbageOnTheAgentPortDisturbsNothing() throws IOException {
        long seed = System.nanoTime();
        var random = new Random(seed);
        List<Socket> open = new ArrayList<>();
        try {
            for (int i = 0; i < 200; i++) {
                var garbage = new byte[random.nextInt(2_000)];
                random.nextBytes(garbage);
                var caller =
                        new Socket(InetAddress.getLoopbackAddress(), cluster.node(1).agentPort());
                open.add(caller);
                try {
                    caller.getOutputStream().write(garbage);
                } catch (IOException e) {
                    assertThat(e).hasMessageMatching("(?i).*(pipe|reset|closed).*");
                }
            }
            await("seed " + seed).atMost(LIMIT).until(() -> takesClients("n1"));
            awaitServedByHint(10, "n1");
            hawser("node", "drain", "n1");
            await().atMost(LIMIT).until(() -> weight("n1") == 0);
        } finally {
            for (Socket caller : open) {
                caller.close();
            }
            hawser("node", "undrain", "n1");
        }
        awaitAll();
    }

    @Test
    void aFourthNodeTakesTrafficWithoutAReloadAndItsSlotIsEmptiedAfterIt() {
        String[] sync = {"haproxy", "sync", "--once", "--socket", directory + "/ha.sock"};
        assertThat(hawser(sync).out()).isEmpty();
        try (TestNode fourth = cluster.startMore("n4", directory)) {
            await().atMost(LIMIT)
                    .until(() -> hawser(sync).out().contains("spare1: n4 at 127.0.0.1:"));
            await().atMost(LIMIT).until(() -> served("n4").equals("spare1"));
            await().atMost(LIMIT).until(() -> served(20, "").contains("spare1"));
            assertThat(hawser(sync).out()).as("in step").isEmpty();

            assertThat(hawser("node", "drain", fourth.id()).code()).isZero();
            await().atMost(LIMIT).until(() -> weight("spare1") == 0);
            assertNotServedBy("spare1", "n4");
            assertThat(hawser(sync).out()).as("drained, not gone").isEmpty();
        }
        await().atMost(LIMIT).until(() -> hawser(sync).out().equals("spare1: empty\n"));
        try (TestNode again = cluster.startMore("n4", directory)) {
            await().atMost(LIMIT)
                    .until(() -> hawser(sync).out().contains("spare1: n4 at 127.0.0.1:"));
            await().atMost(LIMIT).until(() -> served(again.id()).equals("spare1"));
        }
        await().atMost(LIMIT).until(() -> hawser(sync).out().equals("spare1: empty\n"));
    }

    /** One client's sequence. */
    private static final class Follower {
        private final List<Integer> numbers = Collections.synchronizedList(new ArrayList<>());
        private final AtomicInteger subscribed = new AtomicInteger();

        void on(ClientEvent event) {
            if (event instanceof ClientEvent.Received tick) {
                numbers.add(tick.data().path("n").asInt());
            } else if (event instanceof ClientEvent.Subscribed) {
                subscribed.incrementAndGet();
            }
        }
    }

    @Test
    void aRollingRestartKeepsEverySequenceComplete() throws Exception {
        List<Follower> followers = new ArrayList<>();
        List<ChannelClient> clients = new ArrayList<>();
        var published = new AtomicInteger();
        var over = new AtomicBoolean();
        try (var runtime = new ClientRuntime()) {
            for (int i = 0; i < CLIENTS; i++) {
                var follower = new Follower();
                followers.add(follower);
                clients.add(client(i, runtime, follower));
                clients.getLast().start();
            }
            await().atMost(LIMIT)
                    .until(() -> followers.stream().allMatch(f -> f.subscribed.get() > 0));
            Thread publisher = Thread.ofVirtual().start(() -> publish(published, over));
            Thread manager = Thread.ofVirtual().start(() -> restartOnRequest(over));
            Ran ran;
            try {
                ran =
                        hawser(
                                "cluster",
                                "restart",
                                "--rolling",
                                "--rate",
                                "50/s",
                                "--command",
                                "touch "
                                        + directory
                                        + "/%s.restart; while [ -e "
                                        + directory
                                        + "/%s.restart ]; do sleep 0.1; done");
            } finally {
                over.set(true);
                publisher.join();
                manager.join();
            }
            assertThat(ran.code()).as(ran.out() + ran.err()).isZero();
            assertThat(ran.out()).contains("restarted: n1, n2, n3");
            List<Integer> expected = IntStream.rangeClosed(1, published.get()).boxed().toList();
            await().atMost(LIMIT)
                    .untilAsserted(
                            () ->
                                    assertThat(followers)
                                            .allMatch(f -> f.numbers.size() >= expected.size()));
            assertThat(followers).allSatisfy(f -> assertThat(f.numbers).isEqualTo(expected));
            assertThat(followers).allMatch(f -> f.subscribed.get() > 1);
        } finally {
            clients.forEach(ChannelClient::close);
        }
        awaitNobody();
    }

    /** As the nodes see it: who drains one of them counts its clients. */
    private static void awaitNobody() {
        for (TestNode node : cluster.nodes()) {
            await("no clients at " + node)
                    .atMost(LIMIT)
                    .until(
                            () ->
                                    cluster.admin(node, "/metrics")
                                            .lines()
                                            .anyMatch("hawser_connections 0.0"::equals));
        }
    }

    private static ChannelClient client(int number, ClientRuntime runtime, Follower follower) {
        String token =
                new TokenIssuer(TestCluster.TOKEN_SECRET)
                        .connection("user-" + number, Instant.now())
                        .sign();
        var settings =
                new ClientSettings(
                        List.of(proxy.ws("/connection/websocket")),
                        token,
                        List.of("ticks:ROLL"),
                        Backoff.STANDARD);
        return new ChannelClient(settings, runtime, follower::on);
    }

    /** At whichever node is there: an answer that does not come is asked for again, once stored. */
    private static void publish(AtomicInteger published, AtomicBoolean over) {
        for (int n = 1; !over.get(); n++) {
            String body =
                    "{\"channel\":\"ticks:ROLL\",\"data\":{\"n\":%d},\"idempotency_key\":\"roll-%d\"}"
                            .formatted(n, n);
            for (int attempt = 0; !stored(attempt, n, body); attempt++) {
                pause();
            }
            published.set(n);
            pause();
        }
    }

    private static boolean stored(int attempt, int n, String body) {
        try {
            TestNode node = cluster.node(1 + (n + attempt) % 3);
            return cluster.api(node, "publish", body, TestCluster.IMPATIENT)
                    .contains("\"offset\":" + n);
        } catch (IOException e) {
            return false; // it is being restarted
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void restartOnRequest(AtomicBoolean over) {
        while (!over.get()) {
            for (TestNode node : cluster.nodes()) {
                Path request = directory.resolve(node.id() + ".restart");
                if (Files.exists(request)) {
                    node.restart();
                    request.toFile().delete();
                }
            }
            pause();
        }
    }

    /** The pace of what runs beside the test, which waits for nothing. */
    private static void pause() {
        LockSupport.parkNanos(20_000_000);
    }
}
