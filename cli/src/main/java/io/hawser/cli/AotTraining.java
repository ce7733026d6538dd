package io.hawser.cli;

import io.hawser.server.HawserServer;
import io.hawser.server.StartException;
import io.hawser.server.config.ConfigLoader;
import io.hawser.server.config.HawserConfig;
import io.hawser.server.config.Logging;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What Java sees of Hawser when it makes the AOT cache (JEP 483, JEP 515): nodes that start,
 * clients that come, subscribe and publish, nodes that stop. What is done here, a node that has
 * just been started does with classes that are loaded and linked, and with methods known to be
 * used: the first crowd that comes to it costs less (docs/benchmarks/connections.md).
 */
final class AotTraining {
    private static final String SECRET = "only-for-training-this-is-not-a-secret";

    /** Nodes of a cluster. Their Redis is not there: all of the client is loaded nevertheless. */
    private static final List<String> CLUSTERED =
            List.of(
                    "grid.host=127.0.0.1",
                    "grid.secret=" + SECRET,
                    "broker.type=redis",
                    "redis.uri=redis://127.0.0.1:1",
                    "token.hmac_secret=" + SECRET,
                    "client.insecure=true");

    /** A node with clients. */
    private static final List<String> SERVING =
            List.of(
                    "token.hmac_secret=" + SECRET,
                    "client.insecure=true",
                    "channel.history_size=100",
                    "channel.history_ttl=1m",
                    "channel.presence=true");

    private AotTraining() {}

    /**
     * Ends with 0 if all went well.
     *
     * @throws IOException if there is no free port
     * @throws StartException if a node does not start
     */
    public static void main(String[] args) throws IOException, StartException {
        int exitCode = ExitCode.OK;
        try (HawserServer server = start(SERVING)) {
            for (String load :
                    List.of(
                            "connect -c 2000 --channels 100 --protocol json",
                            "connect -c 200 --channels 100 --protocol protobuf",
                            "connect -c 100 --channels 10 --protocol msgpack",
                            "fanout -c 100 --channels 10 -p 10 -r 500 --warmup 0s -d 1s")) {
                exitCode = Math.max(exitCode, bench(load, url(server)));
            }
        }
        cluster();
        Logging.stop();
        System.exit(exitCode);
    }

    /**
     * A node that founds a cluster, and one that joins it and leaves. Both get clients, so that
     * each knows where they are and data moves; what they subscribe to is refused, since there is
     * no Redis.
     */
    private static void cluster() throws IOException, StartException {
        int port = freePort();
        try (HawserServer first = start(in(port, "n1"));
                HawserServer second = start(in(0, "n2", "grid.seeds=[127.0.0.1:" + port + "]"))) {
            for (HawserServer server : List.of(first, second)) {
                bench("connect -c 1000 --channels 100 --protocol json", url(server));
            }
        }
    }

    private static String url(HawserServer server) {
        return "ws://127.0.0.1:" + server.publicPort() + "/connection/websocket";
    }

    private static List<String> in(int port, String id, String... more) {
        List<String> sets = new ArrayList<>(CLUSTERED);
        sets.addAll(List.of("grid.port=" + port, "node.id=" + id));
        sets.addAll(List.of(more));
        return sets;
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static HawserServer start(List<String> more) throws StartException {
        List<String> sets =
                new ArrayList<>(
                        List.of(
                                "node.host=127.0.0.1",
                                "node.port=0",
                                "admin.port=0",
                                "agent.port=0",
                                "node.max_connections=20000"));
        sets.addAll(more);
        HawserConfig config = ConfigLoader.load(Optional.empty(), Map.of(), sets);
        Logging.start(config.log());
        return HawserServer.start(config);
    }

    private static int bench(String load, String url) {
        List<String> words = new ArrayList<>(List.of("bench"));
        words.addAll(List.of(load.split(" ")));
        words.addAll(List.of("--processes", "1", "--secret", SECRET, "--url", url));
        return Hawser.commandLine().execute(words.toArray(String[]::new));
    }
}
