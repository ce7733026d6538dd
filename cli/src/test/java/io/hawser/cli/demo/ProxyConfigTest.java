package io.hawser.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hawser.devkit.Haproxy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

final class ProxyConfigTest {
    @TempDir Path directory = Path.of("");

    private static PortPlan.NodePorts node(int port) {
        return new PortPlan.NodePorts(port, 9001, 5701, 9101);
    }

    @Test
    void everyNodeIsAServer() {
        assertThat(ProxyConfig.render(8000, List.of(node(8001), node(9999)), 500))
                .contains("bind 127.0.0.1:8000\n")
                .contains("    server n1 127.0.0.1:8001 port 9101 agent-port 9101\n")
                .contains("    server n2 127.0.0.1:9999 port 9101 agent-port 9101\n");
    }

    @Test
    void haproxyTakesItWithoutAWord() throws IOException {
        assumeTrue(Haproxy.isInstalled(), "haproxy is not installed");
        Path file = directory.resolve("haproxy.cfg");
        Files.writeString(
                file, ProxyConfig.render(8000, List.of(node(8001), node(8002), node(8003)), 500));

        assertThat(Haproxy.check(file)).isEmpty();
    }
}
