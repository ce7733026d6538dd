package io.hawser.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.cli.client.Backoff;
import io.hawser.cli.client.ChannelClient;
import io.hawser.cli.client.ClientEvent;
import io.hawser.cli.client.ClientRuntime;
import io.hawser.cli.client.ClientSettings;
import io.hawser.devkit.ManagedProcess;
import io.hawser.devkit.NetworkHost;
import io.hawser.devkit.Ports;
import io.hawser.grid.heartbeat.Heartbeat;
import io.hawser.grid.heartbeat.HeartbeatCodec;
import io.hawser.grid.heartbeat.Life;
import io.hawser.grid.heartbeat.Sight;
import io.hawser.server.security.TokenIssuer;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One cluster of three node processes, and those who should not be there: each gets a clear answer,
 * no node suspects another, and no client notices.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileInputIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /**
     * Some times the default, so that only hostile input can be the reason if a node is suspected:
     * beside another class of tests and a JVM that starts, on two cores, a node may stand still for
     * as long as the default allows. {@link SaturatedCoresSoakIT} holds the default to its promise.
     */
    private static final String HEARTBEAT_TIMEOUT = "6s";

    /** By then whoever has become silent is suspected. */
    private static final Duration QUIET = Duration.ofSeconds(7);

    private static final String SECRET = "the secret of these nodes";
    private static final String CHANNEL = "ticks:CALM";
    private static final int FLOOD = 30_000;
    private static final JsonMapper JSON = new JsonMapper();

    private final ClientRuntime runtime = new ClientRuntime();
    private final List<ChannelClient> clients = new ArrayList<>();
    private final Set<String> subscribed = ConcurrentHashMap.newKeySet();
    private final List<ClientEvent> events = new CopyOnWriteArrayList<>();
    private final int gridPort = Ports.free();
    private Path directory;
    private TestCluster cluster;
    private TestNode third;
    private JumpingClock clockOfThird;

    @BeforeAll
    void start(@TempDir Path temporary) throws IOException {
        directory = temporary;
        cluster = TestCluster.start(2, directory, settings());
        Map<String, String> more = new HashMap<>(settings());
        more.put("grid.port", String.valueOf(gridPort));
        clockOfThird = JumpingClock.in(directory);
        third =
                TestNode.start(
                                "n3",
                                NetworkHost.local(),
                                directory,
                                cluster.settings(more),
                                clockOfThird.options())
                        .awaitReady();
        await("three nodes").atMost(LIMIT).until(() -> incarnations().size() == 3);
        for (TestNode node : List.of(cluster.node(1), cluster.node(2), third)) {
            connect(node.webSocket());
        }
        await("subscribed").atMost(LIMIT).until(() -> subscribed.size() == 3);
        events.clear(); // attempts that failed before disturb nobody
    }

    private static Map<String, String> settings() {
        return Map.of("grid.secret", SECRET, "grid.heartbeat_timeout", HEARTBEAT_TIMEOUT);
    }

    private void connect(URI address) {
        String user = "calm-" + clients.size();
        var settings =
                new ClientSettings(
                        List.of(address), token(user), List.of(CHANNEL), Backoff.STANDARD);
        var client =
                new ChannelClient(
                        settings,
                        runtime,
                        event -> {
                            if (event instanceof ClientEvent.Subscribed) {
                                subscribed.add(user);
                            }
                            events.add(event);
                        });
        clients.add(client);
        client.start();
    }

    private static String token(String user) {
        return new TokenIssuer(TestCluster.TOKEN_SECRET).connection(user, Instant.now()).sign();
    }

    /** One in no channel, whose events nobody counts. */
    private ChannelClient client(String user, URI address) {
        var settings =
                new ClientSettings(List.of(address), token(user), List.of(), Backoff.STANDARD);
        return new ChannelClient(settings, runtime, event -> {});
    }

    private long count(Class<? extends ClientEvent> kind) {
        return events.stream().filter(kind::isInstance).count();
    }

    @AfterAll
    void stop() {
        clients.forEach(ChannelClient::close);
        runtime.close();
        if (third != null) {
            third.close();
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    /** Of every test: the nodes are as they were, and all clients still get what is published. */
    @AfterEach
    void nothingElseWasDisturbed() throws Exception {
        await().during(QUIET)
                .atMost(LIMIT)
                .until(() -> incarnations().equals(Map.of("n1", 1L, "n2", 1L, "n3", 1L)));
        for (String id : List.of("n1", "n2", "n3")) {
            assertThat(log(id))
                    .doesNotContain("node.suspected", "node.evicted", "node.fenced")
                    .doesNotContain("node.expelled", "majority");
        }
        long received = count(ClientEvent.Received.class);
        cluster.api(
                cluster.node(1), "publish", "{\"channel\":\"" + CHANNEL + "\",\"data\":\"calm\"}");
        await().atMost(LIMIT).until(() -> count(ClientEvent.Received.class) == received + 3);
        assertThat(events).noneMatch(ClientEvent.Disconnected.class::isInstance);
    }

    private String log(String id) throws IOException {
        return Files.readString(directory.resolve(id + ".log"));
    }

    /** Of all active nodes. */
    private Map<String, Long> incarnations() {
        Map<String, Long> incarnations = new HashMap<>();
        String answer = cluster.admin(cluster.node(1), "/admin/v1/nodes");
        for (JsonNode node : JSON.readTree(answer).path("nodes")) {
            if (node.path("status").asString("").equals("active")) {
                incarnations.put(node.path("id").asString(""), node.path("incarnation").asLong(0));
            }
        }
        return incarnations;
    }

    @Test
    void aSecondNodeOfAnIdIsRefused() {
        try (ManagedProcess second = node("n2", SECRET)) {
            assertThat(second.awaitExit(LIMIT)).isEqualTo(1);
            assertThat(second.outputTail())
                    .contains("hawser server: the grid cannot be joined: node id n2 is in use")
                    .contains("its grid member is at 127.0.0.1:")
                    .contains("give this node a node.id of its own, or stop that one first")
                    .doesNotContain("node.ready");
        }
    }

    @Test
    void anotherSecretIsRefusedAndTheOthersSaySo() {
        for (String wrong : List.of("guessed", "''")) {
            try (ManagedProcess stranger = node("n9", wrong)) {
                assertThat(stranger.awaitExit(LIMIT)).isEqualTo(1);
                assertThat(stranger.outputTail())
                        .contains("grid.secret is not that of cluster hawser, whose node n")
                        .contains("give this node the cluster's grid.secret")
                        .doesNotContain("node.ready", SECRET);
            }
        }
        String warning = "a node with another grid.secret, or none, would be in cluster hawser";
        await("the oldest node warns")
                .atMost(LIMIT)
                .until(() -> (log("n1") + log("n2") + log("n3")).contains(warning));
    }

    private ManagedProcess node(String id, String secret) {
        return ManagedProcess.builder(
                        "a second " + id,
                        TestNode.command(id, cluster.settings(Map.of("grid.secret", secret))))
                .start();
    }

    /** By an hour in both directions: somebody sets the clock of a host. */
    @Test
    void aClockThatIsSetChangesNothing() throws Exception {
        for (int hours : List.of(1, -1)) {
            setClockOfThird(hours);
            String user = "traveller-" + hours;
            try (var client = client(user, cluster.node(1).webSocket())) {
                client.start();
                awaitHome(user, "n1");
            }
            try (var client = client(user, third.webSocket())) {
                client.start();
                awaitHome(user, "n3");
            }
            try (var client = client(user, cluster.node(2).webSocket())) {
                client.start();
                awaitHome(user, "n2");
            }
        }
        nothingElseWasDisturbed(); // while it is an hour behind
        clockOfThird.set(Duration.ZERO);
    }

    private void setClockOfThird(int hours) throws IOException {
        clockOfThird.set(Duration.ofHours(hours));
        await("n3's clock is " + hours + " h off")
                .atMost(LIMIT)
                .until(() -> Math.abs(clockOfThirdMs() - hours * 3_600_000L) < 60_000);
    }

    /** Through the node itself, to clients at all nodes, who come back each time and recover. */
    @Test
    void publicationsGoOnInOrderWhileAClockIsSet() throws Exception {
        String channel = "ticks:JUMP";
        List<TestNode> nodes = List.of(cluster.node(1), cluster.node(2), third);
        try (var publisher = NumberedPublisher.start(() -> List.of(third), List.of(channel), 50);
                var crowd = new Crowd(6, channel, i -> List.of(nodes.get(i % 3).webSocket()))) {
            awaitMore(publisher, crowd);
            for (int hours : List.of(1, -1, 0)) {
                long beganNanos = System.nanoTime();
                setClockOfThird(hours);
                awaitMore(publisher, crowd);
                assertThat(crowd.closedSince(beganNanos)).as("by %d h", hours).isEmpty();
                for (String user : crowd.users()) {
                    cluster.api(
                            third,
                            "disconnect",
                            "{\"user\":\""
                                    + user
                                    + "\",\"disconnect\":{\"code\":3011,\"reason\":\"come back\"}}");
                }
                await("all have to come back")
                        .atMost(LIMIT)
                        .until(() -> crowd.closedSince(beganNanos).size() == 6);
                awaitMore(publisher, crowd);
            }
        }
    }

    private static void awaitMore(NumberedPublisher publisher, Crowd crowd) {
        publisher.lastNumbers().values().forEach(n -> crowd.awaitMessage((int) (n + 50)));
    }

    /** How far it is ahead, as its entry in the registry tells. */
    private long clockOfThirdMs() {
        String answer = cluster.admin(cluster.node(1), "/admin/v1/nodes");
        for (JsonNode node : JSON.readTree(answer).path("nodes")) {
            if (node.path("id").asString("").equals("n3")) {
                return node.path("last_heartbeat_ms").asLong() - System.currentTimeMillis();
            }
        }
        return Long.MAX_VALUE;
    }

    private void awaitHome(String user, String node) {
        var sight = new ClusterSight(cluster);
        for (TestNode asked : List.of(cluster.node(1), third)) {
            await(user + " at " + node)
                    .atMost(LIMIT)
                    .until(() -> sight.home(asked, user).equals(node));
        }
    }

    @Test
    void garbageAndForgeriesAtTheHeartbeatPort() throws Exception {
        long refused = heartbeats("refused");
        long seed = System.nanoTime();
        var random = new Random(seed);
        byte[] forged = forged();
        long beganNanos = System.nanoTime();
        // Again, since the kernel drops what there is no room for while the node stands still.
        await("seed " + seed)
                .atMost(LIMIT)
                .until(
                        () -> {
                            flood(random, forged);
                            return heartbeats("refused") > refused + 1_000;
                        });
        long heard = heartbeats("heard");
        await().atMost(LIMIT).until(() -> heartbeats("heard") > heard + 10);
        await("told").atMost(LIMIT).until(() -> !strangerLines().isEmpty());
        long minutes = Duration.ofNanos(System.nanoTime() - beganNanos).toMinutes();
        assertThat(strangerLines())
                .as("one line a minute")
                .hasSizeLessThanOrEqualTo(Math.toIntExact(1 + minutes))
                .allMatch(line -> line.contains("now from /127.0.0.1:"));
    }

    private List<String> strangerLines() {
        return third.lines("no heartbeats of this cluster");
    }

    private void flood(Random random, byte[] forged) throws IOException {
        try (var socket = new DatagramSocket()) {
            for (int i = 0; i < FLOOD; i++) {
                byte[] bytes = i % 2 == 0 ? forged : garbage(random);
                socket.send(
                        new DatagramPacket(
                                bytes, bytes.length, InetAddress.getLoopbackAddress(), gridPort));
                if (i % 100 == 0) {
                    LockSupport.parkNanos(5_000_000); // some seconds in all
                }
            }
        }
    }

    /** It would have the third node believe that its life is over. */
    private static byte[] forged() {
        var heartbeat =
                new Heartbeat(
                        new Life("n1", 1),
                        1L << 60,
                        true,
                        false,
                        Map.of(new Life("n3", 1), Sight.SILENT, new Life("n2", 1), Sight.SILENT),
                        Set.of(new Life("n3", 1), new Life("n2", 1)),
                        ByteBuffer.allocate(0));
        return new HeartbeatCodec("guessed".getBytes(StandardCharsets.UTF_8)).encode(heartbeat);
    }

    private static byte[] garbage(Random random) {
        var bytes = new byte[random.nextInt(1_400)];
        random.nextBytes(bytes);
        return bytes;
    }

    private long heartbeats(String what) throws Exception {
        Matcher line =
                Pattern.compile("(?m)^hawser_heartbeats_" + what + "_total (\\S+)$")
                        .matcher(cluster.get(third.admin("/metrics")));
        assertThat(line.find()).isTrue();
        return (long) Double.parseDouble(line.group(1));
    }
}
