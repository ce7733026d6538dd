package io.hawser.server.config;

import io.hawser.server.binding.Checks;
import io.hawser.server.binding.Key;

/** The admin port: server API, administration, metrics. Immutable. */
public record AdminConfig(
        @Key(
                        doc =
                                "Address that the admin port listens on. /metrics asks for no key: keep"
                                        + " the port on a private interface.",
                        byDefault = "127.0.0.1",
                        pattern = NodeConfig.HOST,
                        expects = NodeConfig.HOST_EXPECTED)
                String host,
        @Key(
                        doc = "Admin port: /api, /admin/v1, /metrics. 0: any free port.",
                        byDefault = "9000",
                        min = "0",
                        max = "65535")
                int port) {

    public AdminConfig {
        Checks.of(AdminConfig.class, host, port).done();
    }
}
