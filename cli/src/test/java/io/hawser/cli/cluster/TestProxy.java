package io.hawser.cli.cluster;

import io.hawser.devkit.Haproxy;
import io.hawser.devkit.Ports;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A real HAProxy with the project's haproxy.cfg before some nodes, at most three. */
final class TestProxy implements AutoCloseable {
    private final Haproxy haproxy;
    private final int port;

    private TestProxy(Haproxy haproxy, int port) {
        this.haproxy = haproxy;
        this.port = port;
    }

    /** The project's file with the ports of a test, which may change it further. */
    static final class Configuration {
        private final int port = Ports.free();
        private String text;

        private Configuration(String text) {
            this.text = text.replace("127.0.0.1:8000", "127.0.0.1:" + port);
        }

        /** Replaces every match; it is an error if there is none. */
        Configuration with(String regex, String replacement) {
            String changed = text.replaceAll(regex, replacement);
            if (changed.equals(text)) {
                throw new IllegalArgumentException("haproxy.cfg has no '" + regex + "'");
            }
            text = changed;
            return this;
        }

        /** Runs HAProxy with it; the file and the log go to the directory. */
        TestProxy start(Path directory) throws IOException {
            Path file = Files.writeString(directory.resolve("haproxy.cfg"), text);
            List<String> warnings = Haproxy.check(file);
            if (!warnings.isEmpty()) {
                throw new IllegalStateException(String.join("\n", warnings));
            }
            return new TestProxy(Haproxy.start(file, directory.resolve("haproxy.log")), port);
        }
    }

    /** Serves these nodes under their own ids n1, n2 …; the other servers of the file go. */
    static Configuration before(List<TestNode> nodes) throws IOException {
        var configuration = new Configuration(Files.readString(projectFile()));
        for (int n = 1; n <= 3; n++) {
            if (n > nodes.size()) {
                configuration.with("(?m)^ *(use-)?server n" + n + " .*\\n", "");
                continue;
            }
            TestNode node = nodes.get(n - 1);
            configuration.with(
                    "127.0.0.1:800%d agent-port 910%d".formatted(n, n),
                    "%s:%d agent-port %d".formatted(node.host(), node.port(), node.agentPort()));
        }
        return configuration;
    }

    /** Found from the module's directory or from the project's. */
    private static Path projectFile() {
        Path here = Path.of("haproxy.cfg");
        return Files.exists(here) ? here : Path.of("..", "haproxy.cfg");
    }

    /** An address at it. */
    URI http(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    /** The same for WebSockets. */
    URI ws(String path) {
        return URI.create("ws://127.0.0.1:" + port + path);
    }

    Haproxy haproxy() {
        return haproxy;
    }

    @Override
    public void close() {
        haproxy.close();
    }
}
