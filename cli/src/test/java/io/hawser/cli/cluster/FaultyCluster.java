package io.hawser.cli.cluster;

import static org.awaitility.Awaitility.await;

import io.hawser.cli.haproxy.RuntimeSocket;
import io.hawser.devkit.NetworkHost;
import io.hawser.devkit.NetworkLab;
import io.hawser.devkit.RedisOptions;
import io.hawser.devkit.RedisServer;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Three nodes on a Redis behind HAProxy with the project's haproxy.cfg, of which one can be struck
 * and healed. Not thread-safe.
 */
final class FaultyCluster implements AutoCloseable {
    private static final int NODES = 3;
    private static final Duration LIMIT = Duration.ofSeconds(90);

    /** Of {@code show stat}. */
    private static final int WEIGHT_COLUMN = 18;

    /** What can happen to a node. */
    enum Fault {
        /** kill -9. */
        KILL,
        /** SIGSTOP: it hangs. */
        STOP,
        /** Nothing reaches it or comes from it; needs a network of its own. */
        CUT
    }

    private final @Nullable NetworkLab network;
    private final TestCluster cluster;
    private final TestProxy proxy;
    private final RuntimeSocket haproxy;

    private FaultyCluster(
            @Nullable NetworkLab network,
            TestCluster cluster,
            TestProxy proxy,
            RuntimeSocket haproxy) {
        this.network = network;
        this.cluster = cluster;
        this.proxy = proxy;
        this.haproxy = haproxy;
    }

    /** All on 127.0.0.1. */
    static FaultyCluster onLoopback(Path directory) throws IOException {
        return behindProxy(null, TestCluster.start(NODES, directory, TestCluster.SHARP), directory);
    }

    /** Each node in a network namespace of its own, HAProxy and Redis in ours. */
    static FaultyCluster onSwitch(Path directory) throws IOException {
        var network = NetworkLab.open();
        try {
            NetworkHost here = network.outside();
            RedisServer redis = RedisServer.start(new RedisOptions().host(here));
            List<NetworkHost> hosts =
                    IntStream.rangeClosed(1, NODES).mapToObj(n -> network.add("n" + n)).toList();
            Map<String, String> settings = new HashMap<>(TestCluster.SHARP);
            settings.put("node.trusted_proxies", "[" + here.address() + "]");
            return behindProxy(
                    network, TestCluster.start(redis, hosts, directory, settings), directory);
        } catch (IOException | RuntimeException e) {
            network.close();
            throw e;
        }
    }

    private static FaultyCluster behindProxy(
            @Nullable NetworkLab network, TestCluster cluster, Path directory) throws IOException {
        Path socket = directory.resolve("ha.sock").toAbsolutePath();
        try {
            var proxy =
                    TestProxy.before(cluster.nodes())
                            .with(
                                    "# stats socket .*",
                                    "stats socket " + socket + " mode 600 level admin")
                            .start(directory);
            return new FaultyCluster(network, cluster, proxy, new RuntimeSocket(socket));
        } catch (IOException | RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    TestCluster nodes() {
        return cluster;
    }

    TestProxy proxy() {
        return proxy;
    }

    /** All but one, which is counted from 1. */
    List<TestNode> survivors(int victim) {
        return cluster.nodes().stream().filter(node -> node != cluster.node(victim)).toList();
    }

    /**
     * Does it to a node, counted from 1.
     *
     * @return when, milliseconds of Unix time
     */
    long strike(Fault fault, int victim) {
        long atMs = System.currentTimeMillis();
        switch (fault) {
            case KILL -> cluster.node(victim).sendKill();
            case STOP -> cluster.node(victim).suspend();
            case CUT -> atMs = cut(victim);
        }
        return atMs;
    }

    private long cut(int victim) {
        NetworkHost host = cluster.node(victim).host();
        List<NetworkHost> others = new ArrayList<>(List.of(network().outside()));
        survivors(victim).forEach(node -> others.add(node.host()));
        return network().cut(List.of(host), others);
    }

    /** Undoes it, and waits until the node takes clients as the others do. */
    void heal(Fault fault, int victim) {
        switch (fault) {
            case KILL -> cluster.restart(victim);
            case STOP -> cluster.node(victim).resume();
            case CUT -> network().heal();
        }
        awaitWhole();
    }

    private NetworkLab network() {
        if (network == null) {
            throw new IllegalStateException("this cluster has no network of its own");
        }
        return network;
    }

    /** Waits until HAProxy gives each node about as much as the others. */
    void awaitWhole() {
        await("all nodes take clients")
                .atMost(LIMIT)
                .ignoreExceptions()
                .until(
                        () -> {
                            List<Integer> weights = weights();
                            int most = weights.stream().mapToInt(weight -> weight).max().orElse(0);
                            return weights.size() == NODES
                                    && weights.stream().allMatch(each -> each * 10 >= most * 8)
                                    && most > 0;
                        });
    }

    private List<Integer> weights() throws IOException {
        String statistics = haproxy.run("show stat");
        return IntStream.rangeClosed(1, NODES)
                .mapToObj(n -> weight(statistics, "nodes,n" + n + ","))
                .toList();
    }

    private static int weight(String statistics, String server) {
        String line =
                statistics
                        .lines()
                        .filter(each -> each.startsWith(server))
                        .findFirst()
                        .orElseThrow();
        String[] columns = line.split(",", -1);
        return columns[17].startsWith("UP") ? Integer.parseInt(columns[WEIGHT_COLUMN]) : 0;
    }

    @Override
    public void close() {
        proxy.close();
        cluster.close();
        if (network != null) {
            network.close();
        }
    }
}
