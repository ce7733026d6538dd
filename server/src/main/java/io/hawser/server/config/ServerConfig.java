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
                int handshakeQueue) {

    public ServerConfig {
        Checks.of(ServerConfig.class, handshakeRate, handshakeQueue).done();
    }
}
