package io.hawser.devkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A real Redis Cluster, on 127.0.0.1 or on hosts of its own: masters that share the slots evenly,
 * each with one replica, which takes over some seconds after its master has died. Needs a Redis 7
 * that is installed. Thread-safe.
 */
public final class RedisClusterServers implements AutoCloseable {
    private static final Duration START_TIME = Duration.ofSeconds(30);
    private static final int SLOTS = 16_384;
    private static final int NODE_TIMEOUT_MS = 1000;

    /** Where servers share their processors with whatever else runs here. */
    private static final int LOCAL_NODE_TIMEOUT_MS = 4000;

    /** The masters first, then the replica of each in the same order. */
    private final List<RedisServer> servers = new ArrayList<>();

    /** Where each talks to the others. */
    private final List<Integer> busPorts;

    private final int masters;

    private RedisClusterServers(int masters) {
        this.masters = masters;
        this.busPorts = Ports.free(2 * masters);
    }

    /**
     * Starts that many masters and as many replicas, and waits until the cluster is whole. A
     * replica takes over about five seconds after its master has died, not if that only stood still
     * for a moment.
     *
     * @throws ServiceFailedException if it does not become so
     */
    public static RedisClusterServers start(int masters) {
        return start(Collections.nCopies(2 * masters, NetworkHost.local()), LOCAL_NODE_TIMEOUT_MS);
    }

    /**
     * The same with a server on each of these hosts: those of the masters, then of the replicas,
     * which take over after about two seconds.
     */
    public static RedisClusterServers start(List<NetworkHost> hosts) {
        return start(hosts, NODE_TIMEOUT_MS);
    }

    private static RedisClusterServers start(List<NetworkHost> hosts, int nodeTimeoutMs) {
        if (hosts.isEmpty() || hosts.size() % 2 != 0) {
            throw new IllegalArgumentException("a replica for each master: " + hosts);
        }
        var cluster = new RedisClusterServers(hosts.size() / 2);
        try {
            for (int i = 0; i < hosts.size(); i++) {
                RedisOptions options =
                        options(cluster.busPorts.get(i), nodeTimeoutMs).host(hosts.get(i));
                cluster.servers.add(RedisServer.start(options));
            }
            cluster.join();
            return cluster;
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    private static RedisOptions options(int busPort, int nodeTimeoutMs) {
        return new RedisOptions()
                .local()
                .arguments(
                        "--cluster-enabled",
                        "yes",
                        "--cluster-port",
                        Integer.toString(busPort),
                        "--cluster-node-timeout",
                        Integer.toString(nodeTimeoutMs),
                        // A replica that was behind for a moment at the start may take over, too.
                        "--cluster-replica-validity-factor",
                        "0",
                        "--repl-diskless-sync-delay",
                        "0");
    }

    private void join() {
        for (int i = 0; i < masters; i++) {
            int first = SLOTS * i / masters;
            int end = SLOTS * (i + 1) / masters;
            String slots =
                    IntStream.range(first, end)
                            .mapToObj(Integer::toString)
                            .collect(Collectors.joining(" "));
            ask(i, "CLUSTER ADDSLOTS " + slots);
            ask(i, "CLUSTER SET-CONFIG-EPOCH " + (i + 1));
        }
        for (int i = 1; i < servers.size(); i++) {
            RedisServer first = servers.getFirst();
            String place = first.host().address() + " " + first.port();
            ask(i, "CLUSTER MEET " + place + " " + busPorts.getFirst());
        }
        awaitAll(i -> ask(i, "CLUSTER INFO").contains("cluster_known_nodes:" + servers.size()));
        for (int i = 0; i < masters; i++) {
            ask(masters + i, "CLUSTER REPLICATE " + ask(i, "CLUSTER MYID"));
        }
        awaitAll(i -> ask(i, "CLUSTER INFO").contains("cluster_state:ok"));
        for (int i = 0; i < masters; i++) {
            int replica = masters + i;
            await(() -> ask(replica, "INFO replication").contains("master_link_status:up"));
        }
    }

    private void awaitAll(IntPredicate holds) {
        await(() -> IntStream.range(0, servers.size()).allMatch(holds));
    }

    private static void await(BooleanSupplier holds) {
        if (!Probe.await(holds, () -> true, START_TIME)) {
            throw new ServiceFailedException("the Redis Cluster is not whole in " + START_TIME);
        }
    }

    private String ask(int server, String command) {
        return servers.get(server).ask(command);
    }

    /** Where clients find it. */
    public List<String> uris() {
        return servers.stream().map(RedisServer::uri).toList();
    }

    /** The master of those slots at the start, or its replica behind all masters. */
    public RedisServer server(int number) {
        return servers.get(number);
    }

    /** Which of {@link #server} has the slot of the key now; -1 if none. */
    public int masterOf(String key) {
        for (int i = 0; i < servers.size(); i++) {
            if (servers.get(i).isAlive() && isMasterOf(i, key)) {
                return i;
            }
        }
        return -1;
    }

    private boolean isMasterOf(int server, String key) {
        try {
            return !ask(server, "EXISTS " + key).isEmpty();
        } catch (ServiceFailedException moved) {
            return false;
        }
    }

    /** Has the replica of that master take over, with the master's consent. */
    public void failOver(int master) {
        ask(masters + master, "CLUSTER FAILOVER");
    }

    @Override
    public void close() {
        servers.forEach(RedisServer::close);
    }
}
