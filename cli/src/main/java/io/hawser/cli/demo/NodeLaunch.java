package io.hawser.cli.demo;

import io.hawser.devkit.ManagedProcess;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a node of the demo is started: as a process of its own, of the same Java and class path as
 * this one, through the same command that a user would type. Immutable, thread-safe.
 *
 * @param directory for the nodes' logs
 * @param shared settings that are the same for all nodes
 * @param secrets settings that must not show in a list of processes; given by environment
 */
record NodeLaunch(Path directory, Map<String, String> shared, Map<String, String> secrets) {
    private static final String MAIN = "io.hawser.cli.Hawser";
    private static final String HEAP = "-Xmx384m";

    /** Three nodes that all compile for a minute would show a busy machine, not a cluster. */
    private static final String COMPILER = "-XX:TieredStopAtLevel=1";

    /** Else the compiler has the whole heap collected in the first minute; as in the launcher. */
    private static final List<String> CODE_CACHE =
            List.of("-XX:ReservedCodeCacheSize=240m", "-XX:SweeperThreshold=100");

    private static final Duration STOP_TIME = Duration.ofSeconds(8);

    ManagedProcess start(String id, PortPlan.NodePorts ports) {
        var builder =
                ManagedProcess.builder("node " + id, command(id, ports))
                        .outputFile(directory.resolve(id + ".log"))
                        .stopTime(STOP_TIME);
        secrets.forEach(builder::environment);
        return builder.start();
    }

    private List<String> command(String id, PortPlan.NodePorts ports) {
        List<String> command = new ArrayList<>(withoutOurVariables());
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(javaOptions());
        command.addAll(CODE_CACHE);
        command.addAll(
                List.of(
                        HEAP,
                        COMPILER,
                        "-cp",
                        System.getProperty("java.class.path"),
                        MAIN,
                        "server"));
        settings(id, ports)
                .forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
        return command;
    }

    private Map<String, String> settings(String id, PortPlan.NodePorts ports) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("node.id", id);
        settings.put("node.host", "127.0.0.1");
        settings.put("node.port", Integer.toString(ports.http()));
        settings.put("admin.port", Integer.toString(ports.admin()));
        settings.put("grid.port", Integer.toString(ports.grid()));
        settings.put("agent.port", Integer.toString(ports.agent()));
        settings.putAll(shared);
        return settings;
    }

    /** Variables of the user's shell configure the user's nodes, not the demo's. */
    private List<String> withoutOurVariables() {
        List<String> prefix = new ArrayList<>();
        for (String name : System.getenv().keySet()) {
            if (name.startsWith("HAWSER_") && !secrets.containsKey(name)) {
                prefix.addAll(List.of("-u", name));
            }
        }
        if (!prefix.isEmpty()) {
            prefix.addFirst("env");
        }
        return prefix;
    }

    /** Those of this process; an agent or a debugger's port cannot be had twice. */
    private static List<String> javaOptions() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> !option.startsWith("-agent"))
                .filter(option -> !option.startsWith("-javaagent"))
                .toList();
    }
}
