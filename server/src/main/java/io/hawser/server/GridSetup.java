package io.hawser.server;

import io.hawser.grid.GridOptions;
import io.hawser.grid.GridOptions.BrokerOptions;
import io.hawser.grid.cluster.ClusterKey;
import io.hawser.grid.cluster.HeartbeatSettings;
import io.hawser.grid.cluster.NodeId;
import io.hawser.grid.cluster.NodeProfile;
import io.hawser.grid.heartbeat.DetectorSettings;
import io.hawser.grid.pubsub.PublishLimits;
import io.hawser.grid.redis.RedisLogin;
import io.hawser.grid.redis.RedisSettings;
import io.hawser.server.affinity.AffinitySetup;
import io.hawser.server.config.GridConfig;
import io.hawser.server.config.HawserConfig;
import io.hawser.server.config.RedisConfig;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the grid is told, from the configuration. */
final class GridSetup {
    private static final int DEFAULT_GRID_PORT = 5701;

    private GridSetup() {}

    static GridOptions options(HawserConfig config, int publicPort, int adminPort, String version) {
        return new GridOptions(
                profile(config, publicPort, adminPort, version),
                new ClusterKey(config.grid().clusterName(), config.grid().secret().reveal()),
                config.grid().host(),
                config.grid().port(),
                heartbeats(config.grid()),
                config.grid().seeds().stream().map(GridSetup::withPort).toList(),
                broker(config),
                AffinitySetup.options(config.affinity()));
    }

    private static HeartbeatSettings heartbeats(GridConfig grid) {
        return new HeartbeatSettings(
                grid.heartbeatPort() == 0 ? grid.port() : grid.heartbeatPort(),
                DetectorSettings.of(
                        grid.heartbeatInterval().toMillis(), grid.heartbeatTimeout().toMillis()));
    }

    private static NodeProfile profile(
            HawserConfig config, int publicPort, int adminPort, String version) {
        return new NodeProfile(
                new NodeId(config.node().id()),
                advertisedHost(config),
                publicPort,
                adminPort,
                config.agent().port(),
                config.node().region(),
                config.node().zone(),
                config.node().weight(),
                version);
    }

    /** A wildcard is no address for others: the grid's address is, on the same machine. */
    private static String advertisedHost(HawserConfig config) {
        String host = config.node().host();
        boolean wildcard = host.equals("0.0.0.0") || host.equals("::") || host.equals("[::]");
        return wildcard ? config.grid().host() : host;
    }

    private static String withPort(String seed) {
        boolean named = seed.lastIndexOf(':') > seed.lastIndexOf(']');
        return named ? seed : seed + ":" + DEFAULT_GRID_PORT;
    }

    private static BrokerOptions broker(HawserConfig config) {
        return switch (config.broker().type()) {
            case LOCAL ->
                    new BrokerOptions.Local(
                            config.broker().localMaxBytes().bytes(),
                            config.broker().idempotencyMax());
            case REDIS ->
                    new BrokerOptions.Redis(
                            redis(config.redis()),
                            new PublishLimits(
                                    config.client().publishQueue(),
                                    Math.toIntExact(config.broker().compressAbove().bytes()),
                                    config.broker().idempotencyMax(),
                                    config.broker().batchSize(),
                                    config.broker().batchDelay()));
        };
    }

    private static RedisSettings redis(RedisConfig redis) {
        return new RedisSettings(
                redis.mode(),
                redis.addresses(),
                redis.timeout(),
                trusted(redis.caFile()),
                redis.waitReplicas(),
                new RedisLogin(redis.sentinelUser(), redis.sentinelPassword().reveal()));
    }

    private static String trusted(String file) {
        try {
            return file.isEmpty() ? "" : Files.readString(Path.of(file));
        } catch (IOException e) {
            throw new UncheckedIOException("redis.ca_file cannot be read", e);
        }
    }

    /** Configuration says "any" by an empty text. */
    static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
