package io.hawser.devkit;

import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A network of hosts on this machine whose cables can be cut: each host is a network namespace, all
 * hang on one bridge, which has a namespace of its own, and so does this machine, as the host
 * {@link #outside()}. Packets are dropped on the bridge, by rules of nft: a sender does not notice,
 * as with a real cable. Linux only; needs root, {@code ip} and {@code nft}.
 *
 * <p>Names hold the process id, so that the next lab can remove what a killed process left behind.
 * Thread-safe: calls wait for each other.
 */
public final class NetworkLab implements AutoCloseable {
    private static final Pattern NAMESPACE = Pattern.compile("hawser-(\\d+)-\\S+");
    private static final Duration COMMAND_TIME = Duration.ofSeconds(30);
    private static final AtomicInteger LABS = new AtomicInteger();
    private static final int FIRST_HOST = 11;
    private static final int LAST_HOST = 250;

    private final String prefix;
    private final String subnet;
    private final String bridge;
    private final NetworkHost outside;
    private final List<NetworkHost> hosts = new ArrayList<>();
    private final NetworkFaults faults = new NetworkFaults();

    private NetworkLab() {
        long pid = ProcessHandle.current().pid();
        int number = LABS.incrementAndGet();
        prefix = "hawser-" + pid + "-" + number + "-";
        subnet = freeSubnet();
        bridge = prefix + "bridge";
        outside = new NetworkHost("hw" + pid + "." + number, subnet + ".1", List.of());
    }

    /**
     * Makes one that has no hosts yet.
     *
     * @throws ServiceFailedException if this machine does not let us, with the reason
     */
    public static NetworkLab open() {
        removeLeftovers();
        var lab = new NetworkLab();
        try {
            lab.makeBridge();
            return lab;
        } catch (ServiceFailedException e) {
            lab.close();
            throw new ServiceFailedException(
                    "no network of our own: that takes root and network namespaces", e);
        }
    }

    /** This machine, with its address in the lab. */
    public NetworkHost outside() {
        return outside;
    }

    /**
     * Adds a host, connected with all others.
     *
     * @param name of letters and digits, at most 15, unique in the lab
     */
    public synchronized NetworkHost add(String name) {
        int last = FIRST_HOST + hosts.size();
        if (last > LAST_HOST || !name.matches("[a-z0-9]{1,15}")) {
            throw new IllegalArgumentException("host " + name + ", number " + last);
        }
        String namespace = prefix + name;
        var host =
                new NetworkHost(
                        name, subnet + "." + last, List.of("ip", "netns", "exec", namespace));
        hosts.add(host);
        ip("netns", "add", namespace);
        ip("-n", namespace, "link", "set", "lo", "up");
        makeCable(name, "eth0", namespace);
        ip("-n", namespace, "addr", "add", host.address() + "/24", "dev", "eth0");
        ip("-n", namespace, "link", "set", "eth0", "up");
        plug(name);
        return host;
    }

    /**
     * Drops all packets between these and those, both ways. Connections stay open, and silent.
     *
     * @return when the kernel was about to be told, milliseconds since 1970: on a busy machine it
     *     takes a while to start a program that tells it
     */
    public synchronized long cut(Collection<NetworkHost> these, Collection<NetworkHost> those) {
        faults.lose(100, these, those);
        faults.lose(100, those, these);
        return apply();
    }

    /** Drops all packets that these send to those; the other way they get through. */
    public synchronized void cutOneWay(
            Collection<NetworkHost> senders, Collection<NetworkHost> receivers) {
        faults.lose(100, senders, receivers);
        apply();
    }

    /**
     * Drops packets at random, each way, between any two of these.
     *
     * @param percent 1 to 100
     */
    public synchronized void lose(int percent, Collection<NetworkHost> among) {
        faults.lose(percent, among, among);
        apply();
    }

    /** Lets everything through again. */
    public synchronized void heal() {
        faults.clear();
        apply();
    }

    /** Removes all hosts; programs that still run on them are cut off for good. */
    @Override
    public synchronized void close() {
        for (String namespace : namespaces()) {
            if (namespace.startsWith(prefix)) {
                ip("netns", "delete", namespace);
            }
        }
    }

    private void makeBridge() {
        ip("netns", "add", bridge);
        ip("-n", bridge, "link", "add", "br0", "type", "bridge", "forward_delay", "0");
        ip("-n", bridge, "link", "set", "br0", "up");
        makeCable("outside", outside.name(), Long.toString(ProcessHandle.current().pid()));
        ip("addr", "add", outside.address() + "/24", "dev", outside.name());
        ip("link", "set", outside.name(), "up");
        plug("outside");
        apply();
    }

    /**
     * @param near its end at the bridge
     * @param far its end in the other namespace, which is given by name or by a process in it
     */
    private void makeCable(String near, String far, String namespace) {
        // With "name" and "dev", since a name may be what ip takes for an option.
        ip(
                "-n", bridge, "link", "add", "name", near, "type", "veth", "peer", "name", far,
                "netns", namespace);
    }

    private void plug(String cable) {
        ip("-n", bridge, "link", "set", "dev", cable, "master", "br0");
        ip("-n", bridge, "link", "set", "dev", cable, "up");
    }

    private long apply() {
        String told =
                run(
                        "ip",
                        "netns",
                        "exec",
                        bridge,
                        "sh",
                        "-c",
                        "date +%s%3N; exec nft \"$1\"",
                        "sh",
                        faults.script());
        return Long.parseLong(told.strip());
    }

    private static void removeLeftovers() {
        for (String namespace : namespaces()) {
            Matcher ours = NAMESPACE.matcher(namespace);
            if (ours.matches() && ProcessHandle.of(Long.parseLong(ours.group(1))).isEmpty()) {
                ip("netns", "delete", namespace);
            }
        }
    }

    private static List<String> namespaces() {
        return ip("netns", "list")
                .lines()
                .map(line -> line.split(" ", 2)[0])
                .filter(name -> !name.isEmpty())
                .toList();
    }

    /** The first three numbers of a network that this machine is not in. */
    private static String freeSubnet() {
        List<String> taken = addresses();
        return IntStream.range(0, 250)
                .mapToObj(number -> "10.231." + number)
                .filter(it -> taken.stream().noneMatch(address -> address.startsWith(it + ".")))
                .findFirst()
                .orElseThrow(() -> new ServiceFailedException("no free network in 10.231"));
    }

    private static List<String> addresses() {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .map(address -> address.getHostAddress())
                    .toList();
        } catch (SocketException e) {
            throw new ServiceFailedException("cannot list the addresses of this machine", e);
        }
    }

    private static String ip(String... arguments) {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments));
        return run(command.toArray(String[]::new));
    }

    private static String run(String... command) {
        try (var process = ManagedProcess.builder(command[0], command).start()) {
            if (process.awaitExit(COMMAND_TIME) != 0) {
                throw process.failure("failed", null);
            }
            return process.outputTail();
        }
    }
}
