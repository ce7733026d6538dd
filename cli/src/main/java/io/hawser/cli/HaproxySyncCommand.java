package io.hawser.cli;

import io.hawser.cli.admin.AdminClient;
import io.hawser.cli.admin.AdminException;
import io.hawser.cli.haproxy.ClusterNode;
import io.hawser.cli.haproxy.ProxySync;
import io.hawser.cli.haproxy.RuntimeSocket;
import io.hawser.cli.haproxy.SlotChange;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** {@code hawser haproxy sync}: fills and empties HAProxy's spare slots, until it is stopped. */
@Command(
        name = "sync",
        description = {
            "Fills the spare server slots of the HAProxy on this host with the nodes that its file",
            "does not name, and empties them when they have gone: no reload is needed."
        },
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class)
final class HaproxySyncCommand implements Callable<Integer> {
    private static final Duration STOP_TIME = Duration.ofSeconds(10);
    private static final Set<String> LIVE = Set.of("active", "draining", "suspect", "starting");

    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--url",
            paramLabel = "URL",
            split = ",",
            defaultValue = "${env:HAWSER_URL:-http://127.0.0.1:9000}",
            description =
                    "Admin addresses of nodes, separated by commas; the first that answers is asked."
                            + " Else HAWSER_URL, else http://127.0.0.1:9000.")
    private List<String> urls = List.of();

    @Option(
            names = "--api-key",
            paramLabel = "KEY",
            defaultValue = "${env:HAWSER_API_KEY:-}",
            description = "The nodes' api.key. Else HAWSER_API_KEY.")
    private String apiKey = "";

    @Option(
            names = "--socket",
            paramLabel = "FILE",
            defaultValue = "/run/haproxy/hawser.sock",
            description =
                    "HAProxy's runtime socket, of level admin. Default: /run/haproxy/hawser.sock.")
    private Path socket = Path.of("");

    @Option(
            names = "--backend",
            paramLabel = "NAME",
            defaultValue = "nodes",
            description = "The backend. Default: nodes.")
    private String backend = "";

    @Option(
            names = "--slots",
            paramLabel = "PREFIX",
            defaultValue = "spare",
            description = "How the slots are called, before their number. Default: spare.")
    private String slots = "";

    @Option(
            names = "--hints",
            paramLabel = "ID",
            defaultValue = "9000",
            description =
                    "The hints of slot N are the ACL whose number is N more than this. Default: 9000.")
    private int hints;

    @Option(
            names = "--interval",
            paramLabel = "TIME",
            converter = BenchTime.class,
            defaultValue = "1s",
            description = "How often to look. Default: 1s.")
    private Duration interval = Duration.ZERO;

    @Option(names = "--once", description = "Look once, do what is to be done, and return.")
    private boolean once;

    @Override
    public Integer call() throws InterruptedException {
        if (socket.toString().isBlank()) {
            throw new ParameterException(spec.commandLine(), "--socket is empty");
        }
        PrintWriter out = spec.commandLine().getOut();
        var clients = new NodeList(urls, apiKey);
        try (clients) {
            var sync =
                    new ProxySync(new RuntimeSocket(socket), backend, slots, hints, out::println);
            return once ? once(sync, clients) : loop(sync, clients);
        }
    }

    private static int once(ProxySync sync, NodeList nodes) {
        try {
            List<SlotChange> changes = sync.step(nodes.get());
            return changes.stream().anyMatch(SlotChange::leavesOut) ? ExitCode.PARTLY : ExitCode.OK;
        } catch (AdminException e) {
            throw AdminOptions.failure(e);
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.NOT_REACHABLE,
                    String.valueOf(e.getMessage()),
                    "Is it the stats socket of a running HAProxy, with level admin? Give it with"
                            + " --socket.",
                    e);
        }
    }

    /** A fault is told once, and once more when it is over: the next round tries again. */
    private int loop(ProxySync sync, NodeList nodes) throws InterruptedException {
        StopSignal signal = StopSignal.install(STOP_TIME);
        PrintWriter out = spec.commandLine().getOut();
        String trouble = "";
        try {
            do {
                String now = step(sync, nodes);
                if (!now.equals(trouble)) {
                    out.println(now.isEmpty() ? "in step again" : now);
                    trouble = now;
                }
            } while (!signal.asked().await(interval.toMillis(), TimeUnit.MILLISECONDS));
            return ExitCode.OK;
        } finally {
            signal.finished(ExitCode.OK);
        }
    }

    /** What went wrong; empty if nothing did. */
    private static String step(ProxySync sync, NodeList nodes) {
        try {
            sync.step(nodes.get());
            return "";
        } catch (AdminException | IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** The registry, by the first node that answers. */
    private static final class NodeList implements AutoCloseable {
        private final List<AdminClient> clients = new ArrayList<>();

        NodeList(List<String> urls, String apiKey) {
            for (String url : urls) {
                clients.add(AdminOptions.client(url, apiKey));
            }
        }

        List<ClusterNode> get() throws UnknownHostException {
            AdminException last = null;
            for (AdminClient client : clients) {
                try {
                    return nodes(client.nodes());
                } catch (AdminException e) {
                    last = e;
                }
            }
            throw last == null ? new IllegalStateException("no --url") : last;
        }

        private static List<ClusterNode> nodes(JsonNode list) throws UnknownHostException {
            List<ClusterNode> nodes = new ArrayList<>();
            for (JsonNode node : list) {
                String status = node.path("status").asString("");
                int port = node.path("port").asInt(0);
                if (port > 0 && LIVE.contains(status)) {
                    nodes.add(
                            new ClusterNode(
                                    node.path("id").asString("?"),
                                    InetAddress.getByName(node.path("address").asString(""))
                                            .getHostAddress(),
                                    port,
                                    node.path("agent_port").asInt(0),
                                    status.equals("active")));
                }
            }
            return nodes;
        }

        @Override
        public void close() {
            clients.forEach(AdminClient::close);
        }
    }
}
