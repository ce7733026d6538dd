package io.hawser.grid.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.devkit.RedisServer;
import io.hawser.grid.redis.RedisConnections;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** Meshes on real sockets, with the store in a real Redis. */
class HeartbeatMeshIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final byte[] KEY = "the cluster's".getBytes(StandardCharsets.UTF_8);

    private final RedisServer redis = RedisServer.start();
    private final RedisConnections connections = new RedisConnections(redis.uri());
    private final List<Node> nodes = new ArrayList<>();

    /** One mesh and what it found. */
    private static final class Node implements MeshListener {
        final Life life;
        final HeartbeatMesh mesh;
        final List<Verdict> verdicts = new CopyOnWriteArrayList<>();
        final Map<Life, Integer> riders = new HashMap<>();

        Node(Life life, byte[] key) throws IOException {
            this(life, key, 4_000); // tests share two cores
        }

        Node(Life life, byte[] key, long timeoutMs) throws IOException {
            this.life = life;
            var local = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            mesh =
                    HeartbeatMesh.open(
                            new MeshSettings(
                                    DetectorSettings.of(100, timeoutMs), local, new MeshKey(key)));
        }

        InetSocketAddress address() {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), mesh.port());
        }

        @Override
        public void found(Verdict verdict) {
            verdicts.add(verdict);
        }

        @Override
        public void rode(Life from, ByteBuffer rider) {
            synchronized (riders) {
                riders.put(from, rider.getInt(0));
            }
        }

        @Override
        public ByteBuffer rider() {
            return ByteBuffer.allocate(4).putInt(0, life.node().length());
        }

        boolean knows(int others) {
            synchronized (riders) {
                return riders.size() == others;
            }
        }
    }

    @BeforeEach
    void start() throws IOException {
        connections.start();
        await().atMost(PATIENCE).until(connections::isUp);
        begin(List.of(new Node(new Life("a", 1), KEY), new Node(new Life("bb", 1), KEY)));
    }

    private void begin(List<Node> begun) {
        nodes.addAll(begun);
        for (Node node : begun) {
            Map<Life, InetSocketAddress> others = new HashMap<>();
            begun.forEach(other -> others.put(other.life, other.address()));
            others.remove(node.life);
            node.mesh.begin(
                    node.life,
                    others,
                    node,
                    new RedisVoteStore(connections.textCommands(), "test"));
        }
        await().atMost(PATIENCE)
                .until(() -> begun.stream().allMatch(node -> node.knows(begun.size() - 1)));
    }

    @AfterEach
    void stop() {
        nodes.forEach(node -> node.mesh.close());
        connections.close();
        redis.close();
    }

    /** Who stood still is fenced for a moment. */
    private static void awaitMayAct(Node node) {
        await().atMost(PATIENCE).until(node.mesh::mayAct);
    }

    private static void send(byte[] bytes, Node to) throws IOException {
        try (var socket = new DatagramSocket()) {
            socket.send(new DatagramPacket(bytes, bytes.length, to.address()));
        }
    }

    @Test
    void figuresRideAlongAndAMajorityMayAct() {
        nodes.forEach(HeartbeatMeshIT::awaitMayAct);
        assertThat(nodes.getFirst().riders).containsEntry(nodes.getLast().life, 2);
    }

    @Test
    void theStoreLetsOneOfTwoGoOn() {
        nodes.getLast().mesh.close();
        Node left = nodes.getFirst();
        await().atMost(PATIENCE)
                .until(() -> left.verdicts.contains(new Verdict.Evicted(nodes.getLast().life)));
        awaitMayAct(left);
    }

    @Test
    void withoutTheStoreOneOfTwoFencesItself() {
        redis.kill();
        nodes.getLast().mesh.close();
        Node left = nodes.getFirst();
        await().atMost(PATIENCE)
                .until(() -> left.verdicts.contains(new Verdict.Fenced(FenceReason.ISOLATED)));
        assertThat(left.verdicts).noneMatch(Verdict.Evicted.class::isInstance);
        assertThat(left.mesh.mayAct()).isFalse();
    }

    /** The timeout of these is longer than the test waits. */
    private List<Node> beginPatient() throws IOException {
        long never = 10 * PATIENCE.toMillis();
        var patient =
                List.of(
                        new Node(new Life("p", 1), KEY, never),
                        new Node(new Life("q", 1), KEY, never),
                        new Node(new Life("r", 1), KEY, never));
        begin(patient);
        return patient;
    }

    @Test
    void whosePortHasClosedIsSilentAtOnce() throws IOException {
        List<Node> patient = beginPatient();
        Node lost = patient.getLast();
        lost.mesh.close();
        for (Node left : patient.subList(0, 2)) {
            await().atMost(PATIENCE)
                    .until(() -> left.verdicts.contains(new Verdict.Suspected(lost.life)));
        }
    }

    @Test
    void whoLeavesSaysSoLast() throws IOException {
        List<Node> patient = beginPatient();
        Node leaver = patient.getLast();
        leaver.mesh.leave();
        leaver.mesh.close();
        for (Node left : patient.subList(0, 2)) {
            await().atMost(PATIENCE)
                    .until(() -> left.verdicts.contains(new Verdict.Departed(leaver.life)));
            assertThat(left.verdicts).doesNotContain(new Verdict.Suspected(leaver.life));
        }
    }

    @Test
    void garbageForgeriesAndReplaysDisturbNothing() {
        Node target = nodes.getFirst();
        Life other = nodes.getLast().life;
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        var forged =
                new Heartbeat(
                        other,
                        1L << 60,
                        true,
                        false,
                        Map.of(target.life, Sight.SILENT),
                        Set.of(target.life),
                        ByteBuffer.allocate(0));
        var replayed =
                new Heartbeat(other, 1, true, false, Map.of(), Set.of(), ByteBuffer.allocate(0));
        // Until so many have come: some are lost where nobody takes them quickly.
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(10))
                .until(
                        () -> {
                            for (int i = 0; i < 20; i++) {
                                byte[] garbage = new byte[random.nextInt(2_000)];
                                random.nextBytes(garbage);
                                send(garbage, target);
                            }
                            send(new HeartbeatCodec(new byte[] {1}).encode(forged), target);
                            send(new HeartbeatCodec(KEY).encode(replayed), target);
                            return target.mesh.counters().refused.sum() >= 201
                                    && target.mesh.counters().stale.sum() >= 1;
                        });
        long heard = target.mesh.counters().heard.sum();
        await().atMost(PATIENCE).until(() -> target.mesh.counters().heard.sum() > heard + 10);
        assertThat(target.verdicts)
                .as("seed %d", seed)
                .isSubsetOf(new Verdict.Fenced(FenceReason.PAUSED), new Verdict.Unfenced());
        awaitMayAct(target);
    }

    @Test
    void anotherSecretIsNotHeard() throws IOException {
        Node stranger = new Node(new Life("c", 1), new byte[] {1});
        Node target = nodes.getFirst();
        nodes.forEach(node -> node.mesh.joined(stranger.life, stranger.address()));
        nodes.add(stranger);
        stranger.mesh.begin(
                stranger.life,
                Map.of(target.life, target.address()),
                stranger,
                new RedisVoteStore(connections.textCommands(), "other"));
        await().atMost(PATIENCE).until(() -> target.mesh.counters().refused.sum() > 3);
        await().atMost(PATIENCE)
                .until(() -> target.verdicts.contains(new Verdict.Evicted(stranger.life)));
        awaitMayAct(target);
    }
}
