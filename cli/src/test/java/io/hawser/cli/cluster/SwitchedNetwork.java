package io.hawser.cli.cluster;

import io.hawser.devkit.ManagedProcess;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A switch (a Linux bridge) with a host (a network namespace) on each of its ports, whose cable can
 * be pulled. Needs root and {@code ip}. We ourselves sit at the switch. Not thread-safe.
 */
final class SwitchedNetwork implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final long number = ProcessHandle.current().pid();
    private final String bridge = "hwb" + number;
    private final List<Runnable> undo = new ArrayList<>();

    private SwitchedNetwork() {}

    /** Whether it can be had here. */
    static boolean isPossible() {
        return NpmProject.isInstalled("ip")
                && System.getProperty("user.name").equals("root")
                && succeeds("ip", "netns", "list");
    }

    static SwitchedNetwork of(int hosts) {
        var network = new SwitchedNetwork();
        try {
            network.build(hosts);
            return network;
        } catch (RuntimeException e) {
            network.close();
            throw e;
        }
    }

    private void build(int hosts) {
        run("ip link add " + bridge + " type bridge");
        undo.add(() -> run("ip link del " + bridge));
        run("ip addr add " + address() + "/24 dev " + bridge);
        run("ip link set " + bridge + " up");
        for (int host = 1; host <= hosts; host++) {
            String space = space(host);
            run("ip netns add " + space);
            undo.add(() -> run("ip netns del " + space));
            run("ip link add " + port(host) + " type veth peer name eth0 netns " + space);
            run("ip link set " + port(host) + " master " + bridge + " up");
            run("ip -n " + space + " addr add " + address(host) + "/24 dev eth0");
            run("ip -n " + space + " link set eth0 up");
            run("ip -n " + space + " link set lo up");
        }
    }

    /** Ours. */
    String address() {
        return address(254);
    }

    private String address(int host) {
        return "10.213." + number % 256 + "." + host;
    }

    private String space(int host) {
        return "hawser-" + number + "-" + host;
    }

    private String port(int host) {
        return "hw" + number + "p" + host;
    }

    /** To start something at each host. */
    List<TestPlace> places(int hosts) {
        return IntStream.rangeClosed(1, hosts)
                .mapToObj(
                        host ->
                                new TestPlace(
                                        address(host), List.of("ip", "netns", "exec", space(host))))
                .toList();
    }

    /** Pulls the cable of a host: nothing comes or goes any more, and nobody is told. */
    void cut(int host) {
        run("ip link set " + port(host) + " down");
    }

    void mend(int host) {
        run("ip link set " + port(host) + " up");
    }

    private static void run(String command) {
        try (var ip = ManagedProcess.builder("ip", command.split(" ")).start()) {
            if (ip.awaitExit(LIMIT) != 0) {
                throw new IllegalStateException(command + ": " + ip.outputTail());
            }
        }
    }

    private static boolean succeeds(String... command) {
        try (var process = ManagedProcess.builder(command[0], command).start()) {
            return process.awaitExit(LIMIT) == 0;
        }
    }

    @Override
    public void close() {
        undo.reversed().forEach(Runnable::run);
        undo.clear();
    }
}
