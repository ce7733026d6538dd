package io.hawser.cli.soak;

import io.hawser.cli.soak.RedisPair.Roles;
import io.hawser.devkit.NetworkHost;
import io.hawser.devkit.NetworkLab;
import io.hawser.devkit.RedisOptions;
import io.hawser.devkit.RedisSentinels;
import io.hawser.devkit.RedisServer;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** A master and a replica with append-only files, watched by three Sentinels. */
final class SentinelRedis implements SoakRedis {
    private final RedisServer first;
    private final RedisServer second;
    private final RedisSentinels sentinels;
    private final List<NetworkHost> hosts = new ArrayList<>();

    private SentinelRedis(NetworkLab lab) {
        IntStream.rangeClosed(1, 2).forEach(i -> hosts.add(lab.add("redis" + i)));
        List<NetworkHost> watchers =
                IntStream.rangeClosed(1, 3).mapToObj(i -> lab.add("sentinel" + i)).toList();
        first = RedisServer.start(options(hosts.getFirst()));
        second = RedisServer.start(options(hosts.getLast()).replicaOf(first));
        sentinels = RedisSentinels.watch(first, 1, watchers);
        hosts.addAll(watchers);
    }

    /** Starts all of it. */
    static SentinelRedis start(NetworkLab lab) {
        return new SentinelRedis(lab);
    }

    private static RedisOptions options(NetworkHost host) {
        return new RedisOptions().local().host(host).appendonly("everysec");
    }

    @Override
    public Map<String, String> settings() {
        return Map.of("redis.mode", "sentinel", "redis.uri", sentinels.uri());
    }

    @Override
    public List<RedisPair> pairs() {
        return List.of(new RedisPair(first, second));
    }

    @Override
    public List<NetworkHost> hosts() {
        return List.copyOf(hosts);
    }

    @Override
    public boolean isWhole() {
        return pairs().getFirst()
                .roles()
                .filter(roles -> sentinels.masterPort() == roles.master().port())
                .isPresent();
    }

    @Override
    public Set<Fault> faults() {
        return EnumSet.allOf(Fault.class);
    }

    @Override
    public void failOver(Roles roles) {
        sentinels.failOver();
    }

    @Override
    public void startEmpty(RedisServer killed) {
        killed.restartEmpty();
    }

    /** As someone does who does not wait until the Sentinels do it, which takes ten seconds. */
    @Override
    public void rejoin(RedisServer started, RedisServer master) {
        started.ask("REPLICAOF " + master.host().address() + " " + master.port());
    }

    @Override
    public void close() {
        sentinels.close();
        second.close();
        first.close();
    }
}
