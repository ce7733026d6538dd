package io.hawser.server.config;

import io.hawser.server.binding.Checks;
import io.hawser.server.binding.Key;
import io.hawser.server.binding.Secret;

import java.time.Duration;
import java.util.List;

/** The grid: how the nodes of a cluster find and trust each other. Immutable. */
public record GridConfig(
        @Key(
                        doc =
                                "Name of the cluster. Nodes of different names never join each other.",
                        byDefault = "hawser",
                        pattern = NodeConfig.NAME,
                        expects = NodeConfig.NAME_EXPECTED)
                String clusterName,
        @Key(
                        doc =
                                "Secret that all nodes of the cluster share. A node with another one is"
                                        + " refused. Empty: none is asked for.")
                Secret secret,
        @Key(
                        doc =
                                "Address on which the nodes talk to each other. Their traffic is not"
                                        + " encrypted: use a private interface.",
                        byDefault = "127.0.0.1",
                        pattern = NodeConfig.HOST,
                        expects = NodeConfig.HOST_EXPECTED)
                String host,
        @Key(
                        doc = "Port on which the nodes talk to each other. 0: any free port.",
                        byDefault = "5701",
                        min = "0",
                        max = "65535")
                int port,
        @Key(
                        doc =
                                "UDP port for heartbeats, on grid.host. 0: the number of grid.port, or"
                                        + " any free port if that is 0 too.",
                        byDefault = "0",
                        min = "0",
                        max = "65535")
                int heartbeatPort,
        @Key(
                        doc = "How often each node sends a heartbeat to each other one.",
                        byDefault = "200ms",
                        min = "20ms",
                        max = "10s")
                Duration heartbeatInterval,
        @Key(
                        doc =
                                "A node that was not heard for so long is given up once a majority of"
                                        + " the nodes agrees. At least three intervals. Shorter finds a"
                                        + " hung node sooner, and takes a long pause for its death.",
                        byDefault = "900ms",
                        min = "60ms",
                        max = "60s")
                Duration heartbeatTimeout,
        @Key(
                        doc =
                                "Nodes to ask at start, as host or host:port. With broker.type redis nodes"
                                        + " also find each other through Redis.",
                        pattern = SEED,
                        expects = "host or host:port",
                        example = "[10.0.0.1:5701, 10.0.0.2:5701]")
                List<String> seeds) {

    static final String SEED = "([A-Za-z0-9._-]{1,255}|\\[[0-9A-Fa-f:.%]+\\])(:[0-9]{1,5})?";

    public GridConfig {
        seeds = List.copyOf(seeds);
        Checks.of(
                        GridConfig.class,
                        clusterName,
                        secret,
                        host,
                        port,
                        heartbeatPort,
                        heartbeatInterval,
                        heartbeatTimeout,
                        seeds)
                .refuse(
                        heartbeatTimeout.compareTo(heartbeatInterval.multipliedBy(3)) < 0,
                        "is shorter than three intervals",
                        "set it to at least three times heartbeat_interval",
                        "heartbeat_timeout",
                        "heartbeat_interval")
                .done();
    }
}
