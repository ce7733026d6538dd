package io.hawser.cli.haproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hawser.devkit.Haproxy;
import io.hawser.devkit.Ports;
import io.hawser.server.drain.AgentPort;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A real HAProxy with spare slots as haproxy.cfg has them, and real agent ports. */
class ProxySyncIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String HOST = "127.0.0.1";

    private final List<String> lines = new ArrayList<>();

    private static String configuration(Path socket) {
        return """
        global
            stats socket %s mode 600 level admin
        defaults
            mode http
            timeout connect 1s
            timeout client 5s
            timeout server 5s
            timeout check 1s
        frontend clients
            bind 127.0.0.1:%d
            default_backend nodes
        backend nodes
            option tcp-check
            tcp-check connect
            tcp-check expect rstring ^up
            default-server agent-check agent-inter 100ms check inter 100ms fall 2 rise 1
            server-template spare 1-2 127.0.0.1:1 port 1 agent-port 1 disabled
        """
                .formatted(socket, Ports.free());
    }

    @Test
    void aSlotIsCheckedAtItsNodesAgentPort(@TempDir Path directory) throws IOException {
        assumeTrue(Haproxy.isInstalled(), "haproxy is not installed");
        Path runtime = directory.resolve("ha.sock").toAbsolutePath();
        Path file = directory.resolve("haproxy.cfg");
        Files.writeString(file, configuration(runtime));
        var socket = new RuntimeSocket(runtime);
        var sync = new ProxySync(socket, "nodes", "spare", 9_000, lines::add);
        try (var haproxy = Haproxy.start(file, directory.resolve("haproxy.log"));
                var first = AgentPort.open(HOST, 0, () -> "up 70%");
                var second = AgentPort.open(HOST, 0, () -> "up 30%")) {
            assertThat(haproxy.isAlive()).isTrue();
            int port = Ports.free(); // nobody listens there, and nobody checks there
            ClusterNode mute = new ClusterNode("n5", HOST, Ports.free(), 0, true);
            var nodes = List.of(new ClusterNode("n4", HOST, port, first.port(), true), mute);
            assertThat(sync.step(nodes)).hasSize(2);
            assertThat(lines)
                    .containsExactly(
                            "spare1: n4 at 127.0.0.1:" + port,
                            "n5 gets no slot: HAProxy checks its nodes at their agent port, and"
                                    + " this one has none (set agent.port)");
            awaitServer(socket, port, first.port());
            sync.step(nodes);
            assertThat(lines).as("told once").hasSize(2);

            // Started anew, it is given another agent port.
            sync.step(List.of(new ClusterNode("n4", HOST, port, second.port(), true)));
            assertThat(lines).hasSize(3);
            awaitServer(socket, port, second.port());

            // And now none at all.
            var without = List.of(new ClusterNode("n4", HOST, port, 0, true));
            sync.step(without);
            sync.step(without);
            assertThat(lines.subList(3, lines.size()))
                    .containsSequence("spare1: empty")
                    .last()
                    .asString()
                    .startsWith("n4 gets no slot");
        }
    }

    private static void awaitServer(RuntimeSocket socket, int port, int checked) {
        await().atMost(LIMIT)
                .untilAsserted(
                        () ->
                                assertThat(
                                                ProxyServer.parse(
                                                        socket.run("show servers state nodes")))
                                        .first()
                                        .isEqualTo(
                                                new ProxyServer(
                                                        "spare1", HOST, port, checked, checked,
                                                        true, false)));
    }
}
