package io.hawser.cli.cluster;

import io.hawser.devkit.Haproxy;
import io.hawser.devkit.Ports;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A real HAProxy with the project's haproxy.cfg before some nodes. */
final class TestProxy implements AutoCloseable {
    private final Path file;
    private final int port;
    private volatile Haproxy haproxy;

    private TestProxy(Path file, int port) {
        this.file = file;
        this.port = port;
        this.haproxy = launch();
    }

    private Haproxy launch() {
        return Haproxy.start(file, file.resolveSibling("haproxy.log"));
    }

    /** The project's file with the ports of a test, which may change it further. */
    static final class Configuration {
        private final int port;
        private String text;

        private Configuration(String text, int port) {
            this.port = port;
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

        /**
         * Takes no node for hung that only stands still for some seconds; one that is dead refuses
         * checks and is out as soon as ever.
         */
        Configuration patient() {
            return with("timeout check 250ms", "timeout check 10s");
        }

        /** One more than the file has, with its rule for hints. */
        private void addServer(TestNode node) {
            String id = node.id();
            with(
                    "(?m)^    # For nodes that come later",
                    "    server %s %s%n$0".formatted(id, address(node)));
            with(
                    "(?m)^    # Which node is in a spare slot",
                    "    use-server %s if { url_param(node) %s } { srv_weight(nodes/%s) gt 0 }%n$0"
                            .formatted(id, id, id));
        }

        /** Runs HAProxy with it; the file and the log go to the directory. */
        TestProxy start(Path directory) throws IOException {
            Path file = directory.resolve("haproxy.cfg");
            write(file);
            return new TestProxy(file, port);
        }

        private void write(Path file) throws IOException {
            Files.writeString(file, text);
            List<String> warnings = Haproxy.check(file);
            if (!warnings.isEmpty()) {
                throw new IllegalStateException(String.join("\n", warnings));
            }
        }
    }

    /** Serves these nodes under their own ids n1, n2 …; the other servers of the file go. */
    static Configuration before(List<TestNode> nodes) throws IOException {
        return before(nodes, Ports.free());
    }

    private static Configuration before(List<TestNode> nodes, int port) throws IOException {
        var configuration = new Configuration(Files.readString(projectFile()), port);
        for (int n = 1; n <= 3; n++) {
            if (n > nodes.size()) {
                configuration.with("(?m)^ *(use-)?server n" + n + " .*\\n", "");
                continue;
            }
            TestNode node = nodes.get(n - 1);
            configuration.with(
                    "127.0.0.1:800%1$d port 910%1$d agent-port 910%1$d".formatted(n),
                    address(node));
        }
        nodes.stream().skip(3).forEach(configuration::addServer);
        return configuration;
    }

    private static String address(TestNode node) {
        return "%1$s:%2$d port %3$d agent-port %3$d"
                .formatted(node.host().address(), node.port(), node.agentPort());
    }

    /** Found from the module's directory or from the project's. */
    private static Path projectFile() {
        Path here = Path.of("haproxy.cfg");
        return Files.exists(here) ? here : Path.of("..", "haproxy.cfg");
    }

    /** Takes these nodes instead, by a reload. */
    void reload(List<TestNode> nodes) throws IOException {
        before(nodes, port).write(file);
        haproxy.reload();
    }

    /** Stops it, with all connections, and starts it on the same port. */
    void restart() {
        haproxy.close();
        haproxy = launch();
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

    /** How often it has given up a node, which cost its clients their connections. */
    long timesDown(TestNode node) {
        String words = "Server nodes/" + node.id() + " is DOWN";
        try (Stream<String> lines = Files.lines(file.resolveSibling("haproxy.log"))) {
            return lines.filter(line -> line.contains(words)).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        haproxy.close();
    }
}
