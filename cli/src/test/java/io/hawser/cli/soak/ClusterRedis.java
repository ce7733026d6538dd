package io.hawser.cli.soak;

import io.hawser.cli.soak.RedisPair.Roles;
import io.hawser.devkit.NetworkHost;
import io.hawser.devkit.NetworkLab;
import io.hawser.devkit.RedisClusterServers;
import io.hawser.devkit.RedisServer;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A Redis Cluster of three masters and three replicas, which keep nothing on disk but who they are.
 */
final class ClusterRedis implements SoakRedis {
    private static final int MASTERS = 3;

    private final RedisClusterServers servers;
    private final List<NetworkHost> hosts;

    private ClusterRedis(NetworkLab lab) {
        hosts = IntStream.rangeClosed(1, 2 * MASTERS).mapToObj(i -> lab.add("redis" + i)).toList();
        servers = RedisClusterServers.start(hosts);
    }

    /** Starts all of it. */
    static ClusterRedis start(NetworkLab lab) {
        return new ClusterRedis(lab);
    }

    @Override
    public Map<String, String> settings() {
        String uris =
                servers.uris().stream()
                        .map(uri -> "'" + uri + "'")
                        .collect(Collectors.joining(", ", "[", "]"));
        return Map.of("redis.mode", "cluster", "redis.uris", uris);
    }

    @Override
    public List<RedisPair> pairs() {
        return IntStream.range(0, MASTERS)
                .mapToObj(i -> new RedisPair(servers.server(i), servers.server(MASTERS + i)))
                .toList();
    }

    @Override
    public List<NetworkHost> hosts() {
        return hosts;
    }

    @Override
    public boolean isWhole() {
        return pairs().stream()
                .allMatch(
                        pair ->
                                pair.roles().isPresent()
                                        && isContent(pair.one())
                                        && isContent(pair.other()));
    }

    private static boolean isContent(RedisServer server) {
        return server.ask("CLUSTER INFO").contains("cluster_state:ok");
    }

    /** Started again it has nothing, so that is one fault only. */
    @Override
    public Set<Fault> faults() {
        return EnumSet.complementOf(EnumSet.of(Fault.REDIS_RESTART));
    }

    @Override
    public void failOver(Roles roles) {
        roles.replica().ask("CLUSTER FAILOVER");
    }

    @Override
    public void startEmpty(RedisServer killed) {
        killed.restart();
    }

    @Override
    public void rejoin(RedisServer started, RedisServer master) {
        // It hears from the others that it has no slots any more, and does so by itself.
    }

    @Override
    public void close() {
        servers.close();
    }
}
