package io.hawser.grid.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/**
 * Three meshes that hear each other through relays which keep every datagram. What was kept is sent
 * again, thousands a second: it neither makes a node suspected nor keeps a dead one alive.
 */
class HeartbeatReplayIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final byte[] KEY = "the cluster's".getBytes(StandardCharsets.UTF_8);

    private final List<Node> nodes = new ArrayList<>();
    private final List<byte[]> kept = Collections.synchronizedList(new ArrayList<>());
    private final long seed = System.nanoTime();
    private volatile boolean stopped;
    private final Thread replayer = Thread.ofPlatform().name("replayer").unstarted(this::replay);

    /** A mesh, and the address at which the others think it is. */
    private final class Node implements MeshListener, AutoCloseable {
        final Life life;
        final HeartbeatMesh mesh;
        final int port;
        final DatagramSocket relay = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        final List<Verdict> verdicts = new CopyOnWriteArrayList<>();

        Node(Life life) throws IOException {
            this.life = life;
            var local = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            var times = DetectorSettings.of(100, 5_000); // tests share two cores
            mesh = HeartbeatMesh.open(new MeshSettings(times, local, new MeshKey(KEY)));
            port = mesh.port();
            Thread.ofVirtual().start(this::carry);
        }

        private void carry() {
            var packet = new DatagramPacket(new byte[HeartbeatCodec.MAX_BYTES], 0);
            try {
                while (true) {
                    packet.setLength(HeartbeatCodec.MAX_BYTES);
                    relay.receive(packet);
                    byte[] datagram = Arrays.copyOf(packet.getData(), packet.getLength());
                    kept.add(datagram);
                    send(relay, datagram);
                }
            } catch (SocketException closed) {
                // the test is over
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void send(DatagramSocket from, byte[] datagram) throws IOException {
            from.send(
                    new DatagramPacket(
                            datagram, datagram.length, InetAddress.getLoopbackAddress(), port));
        }

        @Override
        public void found(Verdict verdict) {
            verdicts.add(verdict);
        }

        @Override
        public void rode(Life from, ByteBuffer rider) {
            // nothing rides here
        }

        @Override
        public ByteBuffer rider() {
            return ByteBuffer.allocate(0);
        }

        @Override
        public void close() {
            mesh.close();
            relay.close();
        }
    }

    @BeforeEach
    void start() throws IOException {
        for (String id : List.of("a", "b", "c")) {
            nodes.add(new Node(new Life(id, 1)));
        }
        for (Node node : nodes) {
            Map<Life, InetSocketAddress> others = new HashMap<>();
            nodes.forEach(
                    other ->
                            others.put(
                                    other.life,
                                    (InetSocketAddress) other.relay.getLocalSocketAddress()));
            others.remove(node.life);
            node.mesh.begin(node.life, others, node, null);
        }
        await().atMost(PATIENCE)
                .until(
                        () ->
                                nodes.stream()
                                        .allMatch(node -> node.mesh.counters().heard.sum() > 10));
        replayer.start();
    }

    @AfterEach
    void stop() throws InterruptedException {
        stopped = true;
        replayer.join();
        nodes.forEach(Node::close);
    }

    /** Whatever was sent to anybody, to everybody: also its own, also what came late. */
    private void replay() {
        var random = new Random(seed);
        try (var socket = new DatagramSocket()) {
            for (int i = 1; !stopped; i++) {
                byte[] datagram = kept.get(random.nextInt(kept.size()));
                for (Node node : nodes) {
                    node.send(socket, datagram);
                }
                if (i % 20 == 0) {
                    LockSupport.parkNanos(5_000_000); // some 10,000 a second
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long stale(Node node) {
        return node.mesh.counters().stale.sum();
    }

    @Test
    void nobodyIsSuspected() {
        await().atMost(PATIENCE).until(() -> nodes.stream().allMatch(node -> stale(node) > 5_000));
        for (Node node : nodes) {
            long heard = node.mesh.counters().heard.sum();
            await().atMost(PATIENCE).until(() -> node.mesh.counters().heard.sum() > heard + 10);
            // Who stood still is fenced for a moment.
            assertThat(node.verdicts)
                    .as("seed %d", seed)
                    .isSubsetOf(new Verdict.Fenced(FenceReason.PAUSED), new Verdict.Unfenced());
            await().atMost(PATIENCE).until(node.mesh::mayAct);
            assertThat(node.mesh.counters().refused.sum()).isZero();
        }
    }

    @Test
    void theDeadStayDead() {
        Node dead = nodes.getLast();
        dead.mesh.close();
        for (Node node : nodes.subList(0, 2)) {
            await("given up, seed " + seed)
                    .atMost(PATIENCE)
                    .until(() -> node.verdicts.contains(new Verdict.Evicted(dead.life)));
            long before = stale(node);
            await().atMost(PATIENCE).until(() -> stale(node) > before + 1_000);
            assertThat(node.verdicts).doesNotContain(new Verdict.Cleared(dead.life));
            await().atMost(PATIENCE).until(node.mesh::mayAct);
        }
    }
}
