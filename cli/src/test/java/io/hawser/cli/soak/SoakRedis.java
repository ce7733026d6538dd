package io.hawser.cli.soak;

import io.hawser.cli.soak.RedisPair.Roles;
import io.hawser.devkit.NetworkHost;
import io.hawser.devkit.RedisServer;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** The Redis of a run, in a network of its own: pairs of a master and a replica. Thread-safe. */
interface SoakRedis extends AutoCloseable {
    /** What a node has to be told to find it. */
    Map<String, String> settings();

    List<RedisPair> pairs();

    /** Everything that is part of it, servers and Sentinels. */
    List<NetworkHost> hosts();

    /** Whether all who decide agree, and each master has its replica. */
    boolean isWhole();

    /** What can be done to it. */
    Set<Fault> faults();

    /** Has the replica take over though the master is well. */
    void failOver(Roles roles);

    /** Starts a server that was killed, without any data. */
    void startEmpty(RedisServer killed);

    /** A server that was started again becomes a replica of that one. */
    void rejoin(RedisServer started, RedisServer master);

    @Override
    void close();
}
