package io.hawser.devkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Packets get through where they shall, and nowhere else; nothing is left behind. */
class NetworkLabIT {
    private static final Duration SOON = Duration.ofSeconds(30);

    private static NetworkLab lab;
    private static NetworkHost here;
    private static NetworkHost a;
    private static NetworkHost b;

    @BeforeAll
    static void open() {
        lab = NetworkLab.open();
        here = lab.outside();
        a = lab.add("a");
        b = lab.add("b");
    }

    @AfterAll
    static void close() throws IOException {
        lab.close();
        try (var namespaces = Files.list(Path.of("/run/netns"))) {
            assertThat(namespaces)
                    .noneMatch(
                            it ->
                                    it.getFileName()
                                            .toString()
                                            .startsWith(
                                                    "hawser-"
                                                            + ProcessHandle.current().pid()
                                                            + "-"));
        }
    }

    @Test
    void aServerOnAHostIsReachedFromHereUnlessCutOff() {
        try (RedisServer redis = RedisServer.start(new RedisOptions().host(a))) {
            var address = new Service.Address(a.address(), redis.port());
            assertThat(redis.uri()).isEqualTo("redis://" + a.address() + ":" + redis.port());
            await().atMost(SOON).until(() -> Probe.redis(address, null));
            lab.cut(List.of(a), List.of(here));
            assertThat(Probe.redis(address, null)).isFalse();
            lab.heal();
            await().atMost(SOON).until(() -> Probe.redis(address, null));
        }
    }

    @Test
    void aCutCanBeOneWay() throws IOException {
        try (Listener listener = new Listener()) {
            lab.cutOneWay(List.of(here), List.of(a));
            assertThat(listener.hears(a, 5)).isEqualTo(5);
            lab.heal();
            lab.cutOneWay(List.of(a), List.of(here, b));
            assertThat(listener.hears(a, 5)).isZero();
            assertThat(listener.hears(b, 5)).isEqualTo(5);
            lab.heal();
            assertThat(listener.hears(a, 5)).isEqualTo(5);
        }
    }

    @Test
    void partOfThePacketsIsLost() throws IOException {
        try (Listener listener = new Listener()) {
            lab.lose(50, List.of(a, here));
            // Outside of this range once in 10^14 runs.
            assertThat(listener.hears(a, 200)).isBetween(45, 155);
            lab.heal();
        }
    }

    /** Counts what programs on other hosts send to this machine. */
    private static final class Listener implements AutoCloseable {
        private final DatagramSocket socket =
                new DatagramSocket(new InetSocketAddress(here.address(), 0));

        private Listener() throws IOException {
            socket.setReceiveBufferSize(1 << 20);
        }

        int hears(NetworkHost sender, int packets) throws IOException {
            String script =
                    "for i in $(seq %d); do echo $i >/dev/udp/%s/%d; done"
                            .formatted(packets, here.address(), socket.getLocalPort());
            var command = sender.command(List.of("bash", "-c", script));
            try (var program = ManagedProcess.builder("sender", command).start()) {
                assertThat(program.awaitExit(SOON)).isZero();
            }
            return drain(packets);
        }

        /** Packets take microseconds here, but for the first, whose sender has to be found. */
        private int drain(int most) throws IOException {
            var packet = new DatagramPacket(new byte[16], 16);
            socket.setSoTimeout(2_000);
            int count = 0;
            try {
                while (count < most) {
                    socket.receive(packet);
                    count++;
                }
            } catch (SocketTimeoutException silence) {
                // the others do not come
            }
            return count;
        }

        @Override
        public void close() {
            socket.close();
        }
    }
}
