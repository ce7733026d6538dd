package io.hawser.cli.cluster;

import io.hawser.devkit.ManagedProcess;
import io.hawser.devkit.NetworkHost;
import io.hawser.devkit.Ports;
import io.hawser.devkit.Signal;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * One node as a process of its own, started by the command that a user would type. For one thread,
 * but for {@link #webSocket} and {@link #admin}.
 */
public final class TestNode implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(90);

    /** Who is killed while it says goodbye is lost to the others, not gone. */
    private static final Duration STOP_LIMIT = Duration.ofSeconds(40);

    /**
     * One tier of the compiler: a node then starts with half the work, and tests start many. What
     * measures speed sets this to the launcher's options.
     */
    private static final List<String> JVM_OPTIONS =
            List.of(
                    System.getProperty(
                                    "hawser.node.jvm",
                                    "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx384m -Xmn32m")
                            .split(" "));

    /** The launcher's, on two cores. */
    private static final List<String> LAUNCHER_OPTIONS =
            List.of(
                    "-XX:ReservedCodeCacheSize=240m",
                    "-XX:SweeperThreshold=100",
                    "-Djava.util.concurrent.ForkJoinPool.common.parallelism=2");

    private final String id;
    private final NetworkHost host;
    private final int port;
    private final int adminPort;
    private final int agentPort;
    private final Path directory;
    private final Map<String, String> settings;
    private final List<String> jvmOptions;
    private volatile ManagedProcess process;

    private TestNode(
            String id,
            NetworkHost host,
            List<Integer> ports,
            Path directory,
            Map<String, String> settings,
            List<String> jvmOptions) {
        this.id = id;
        this.host = host;
        this.port = ports.get(0);
        this.adminPort = ports.get(1);
        this.agentPort = ports.get(2);
        this.directory = directory;
        this.settings = settings;
        this.jvmOptions = jvmOptions;
        this.process = launch();
    }

    /**
     * Starts a node and returns at once.
     *
     * @param settings over those of a test node, as {@code --set} takes them
     */
    static TestNode start(String id, Path directory, Map<String, String> settings) {
        return start(id, NetworkHost.local(), directory, settings);
    }

    /** The same on some host. */
    public static TestNode start(
            String id, NetworkHost host, Path directory, Map<String, String> settings) {
        return start(id, host, directory, settings, List.of());
    }

    /** The same with more options for its JVM. */
    static TestNode start(
            String id,
            NetworkHost host,
            Path directory,
            Map<String, String> settings,
            List<String> jvmOptions) {
        List<Integer> ports = Ports.free(4);
        return new TestNode(
                id, host, ports, directory, settings(id, host, ports, settings), jvmOptions);
    }

    /** The command that starts a node, with ports that are free now. */
    static List<String> command(String id, Map<String, String> settings) {
        return command(settings(id, NetworkHost.local(), Ports.free(4), settings), List.of());
    }

    private static Map<String, String> settings(
            String id, NetworkHost host, List<Integer> ports, Map<String, String> settings) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("node.id", id);
        all.put("node.host", host.address());
        all.put("admin.host", host.address());
        all.put("grid.host", host.address());
        all.put("node.port", ports.get(0).toString());
        all.put("admin.port", ports.get(1).toString());
        all.put("agent.port", ports.get(2).toString());
        all.put("grid.port", ports.get(3).toString());
        all.putAll(settings);
        return all;
    }

    private ManagedProcess launch() {
        return ManagedProcess.builder("node " + id, host.command(command(settings, jvmOptions)))
                .outputFile(directory.resolve(id + ".log"))
                .stopTime(STOP_LIMIT)
                .start();
    }

    /** Stops it as a service manager would, starts it with the same settings, and waits. */
    void restart() {
        startAgain();
        awaitReady();
    }

    /** The same without waiting. */
    public void startAgain() {
        process.close();
        process = launch();
    }

    private static List<String> command(Map<String, String> settings, List<String> jvmOptions) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> option.startsWith("--"))
                .forEach(command::add);
        command.add("-XX:+UseCompactObjectHeaders");
        command.addAll(JVM_OPTIONS);
        command.addAll(LAUNCHER_OPTIONS);
        command.addAll(program());
        command.addAll(jvmOptions);
        command.addAll(List.of("io.hawser.cli.Hawser", "server"));
        settings.forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
        return command;
    }

    /** Maven's build has the jars and the cache that the launcher uses; an IDE has only classes. */
    private static List<String> program() {
        String target = System.getProperty("hawser.test.target");
        if (target == null) {
            return List.of("-cp", System.getProperty("java.class.path"));
        }
        try (var jars = Files.newDirectoryStream(Path.of(target), "hawser-cli-*.jar")) {
            String classPath = jars.iterator().next() + File.pathSeparator + target + "/lib/*";
            return List.of("-XX:AOTCache=" + target + "/hawser.aot", "-cp", classPath);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public TestNode awaitReady() {
        process.awaitOutput(line -> line.contains("\"node.ready\""), START_LIMIT);
        return this;
    }

    public String id() {
        return id;
    }

    public NetworkHost host() {
        return host;
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    int agentPort() {
        return agentPort;
    }

    int port() {
        return port;
    }

    public URI webSocket() {
        return URI.create("ws://" + host.address() + ":" + port + "/connection/websocket");
    }

    URI http(String path) {
        return URI.create("http://" + host.address() + ":" + port + path);
    }

    public URI admin(String path) {
        return URI.create("http://" + host.address() + ":" + adminPort + path);
    }

    /** How many lines with these words it has logged, in all its lives. */
    long logged(String... words) {
        return lines(words).size();
    }

    /** The lines with these words that it has logged, in all its lives. */
    List<String> lines(String... words) {
        try (Stream<String> lines = Files.lines(directory.resolve(id + ".log"))) {
            return lines.filter(line -> Stream.of(words).allMatch(line::contains)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return id;
    }

    /** kill -9. */
    public void kill() {
        process.kill();
    }

    /** The same, without waiting for its end. */
    void sendKill() {
        process.signal(Signal.KILL);
    }

    /** Asks it to stop, as a service manager does; returns at once. */
    void terminate() {
        process.signal(Signal.TERM);
    }

    /** Waits for the end of its process and returns the exit code. */
    int awaitExit(Duration timeout) {
        return process.awaitExit(timeout);
    }

    public void suspend() {
        process.signal(Signal.STOP);
    }

    public void resume() {
        process.signal(Signal.CONT);
    }

    @Override
    public void close() {
        process.close();
    }
}
