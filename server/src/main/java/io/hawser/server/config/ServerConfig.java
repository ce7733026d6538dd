package io.hawser.server.config;

import io.hawser.server.binding.Checks;
import io.hawser.server.binding.Key;

/** How many clients are let in at once. Immutable. */
public record ServerConfig(
        @Key(
                        doc =
                                "WebSocket handshakes that are taken a second; more wait. Spares the"
                                        + " clients that are connected while others come in crowds.",
                        byDefault = "10000",
                        unit = "handshakes a second",
                        min = "1",
                        max = "10000000")
                int handshakeRate,
        @Key(
                        doc =
                                "Handshakes that may wait for their turn; beyond it they are answered with"
                                        + " 503 and Retry-After. 0: none waits.",
                        byDefault = "20000",
                        unit = "handshakes",
                        min = "0",
                        max = "10000000")
                int handshakeQueue,
        @Key(
                        doc =
                                "Requests for /route that one address may make a second, or ten times"
                                        + " as many at once; more are answered with 429 and"
                                        + " Retry-After. Those with the API key do not count. Needs"
                                        + " the right node.trusted_proxies, or all clients are one"
                                        + " address. 0: no limit.",
                        byDefault = "100",
                        unit = "requests a second",
                        min = "0",
                        max = "1000000")
                int routeRate,
        @Key(
                        doc =
                                "Whether Linux's io_uring is used to send to many sockets in one system"
                                        + " call, where the kernel has it (from 5.6 on, better 6.1) and lets"
                                        + " the process use it. A node logs at its start whether it does. If"
                                        + " not, each send is a system call of its own.",
                        byDefault = "true")
                boolean ioUring) {

    public ServerConfig {
        Checks.of(ServerConfig.class, handshakeRate, handshakeQueue, routeRate, ioUring).done();
    }
}
