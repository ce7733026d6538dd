package io.hawser.server.config;

import io.hawser.server.binding.AddressRange;
import io.hawser.server.binding.Checks;
import io.hawser.server.binding.Key;

import java.util.List;

/** This node: its name, its public port, its place and its limits. Immutable. */
public record NodeConfig(
        @Key(
                        doc =
                                "Name of the node, unique in the cluster. Empty: the host name. Nodes on"
                                        + " one host need one each.",
                        pattern = NAME + "|",
                        expects = NAME_EXPECTED)
                String id,
        @Key(
                        doc =
                                "Address that the public port listens on. Everything that clients need is"
                                        + " on this port; 127.0.0.1 if a proxy on the same host is in front.",
                        byDefault = "0.0.0.0",
                        pattern = HOST,
                        expects = HOST_EXPECTED)
                String host,
        @Key(
                        doc = "Public port: WebSocket, /health, /ready, /route. 0: any free port.",
                        byDefault = "8000",
                        min = "0",
                        max = "65535")
                int port,
        @Key(
                        doc =
                                "Proxies whose X-Forwarded-For, -Host and -Proto are believed. A client's"
                                        + " address is the right-most one there that is no such"
                                        + " proxy's. Empty: none is believed.",
                        byDefault = "127.0.0.0/8, ::1",
                        example = "[10.0.0.5, 10.0.0.6, \"fd00::/8\"]")
                List<AddressRange> trustedProxies,
        @Key(
                        doc = "Region of the node, as other nodes and clients see it. Empty: none.",
                        pattern = NAME + "|",
                        expects = NAME_EXPECTED)
                String region,
        @Key(
                        doc =
                                "Availability zone within the region: what fails together. Backups are kept"
                                        + " in another zone. Empty: a zone of its own.",
                        pattern = NAME + "|",
                        expects = NAME_EXPECTED)
                String zone,
        @Key(
                        doc =
                                "Share of clients that the node should get, relative to the other nodes.",
                        byDefault = "100",
                        min = "1",
                        max = "10000")
                int weight,
        @Key(
                        doc =
                                "Client connections that the node takes at most; more are answered with"
                                        + " 503, and the node says that it is overloaded.",
                        byDefault = "10000",
                        unit = "connections",
                        min = "1",
                        max = "10000000")
                int maxConnections,
        @Key(
                        doc =
                                "I/O threads, which own the connections. 0: half as many as there are cores, so that channels, broker and kernel have the rest.",
                        byDefault = "0",
                        unit = "threads",
                        min = "0",
                        max = "1024")
                int ioThreads,
        @Key(
                        doc =
                                "Directory for what must survive a restart, of this node alone: events that"
                                        + " wait for events.webhook. %i in it is the node's id. Empty: the"
                                        + " one that systemd gives (STATE_DIRECTORY), else state/%i where"
                                        + " the node was started. Made when it is needed.",
                        example = "/var/lib/hawser/%i")
                String stateDir) {

    static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";
    static final String NAME_EXPECTED =
            "1 to 64 letters, digits, '.', '_' or '-', starting with a letter or digit";
    static final String HOST = "[A-Za-z0-9._:%\\[\\]-]{1,255}";
    static final String HOST_EXPECTED = "a host name or an IP address";

    public NodeConfig {
        trustedProxies = List.copyOf(trustedProxies);
        Checks.of(
                        NodeConfig.class,
                        id,
                        host,
                        port,
                        trustedProxies,
                        region,
                        zone,
                        weight,
                        maxConnections,
                        ioThreads,
                        stateDir)
                .done();
        id = id.isEmpty() ? HostName.asNodeId() : id;
    }
}
