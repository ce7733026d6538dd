package io.hawser.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import java.time.Duration;

/** How clients are to be sent away. */
final class DrainOptions {
    private static final JsonMapper JSON = new JsonMapper();

    @Option(
            names = "--rate",
            paramLabel = "N/s",
            converter = RateOption.class,
            description =
                    "Connections told a second to reconnect elsewhere. Else the node's drain.rate.")
    private @Nullable Integer rate;

    @Option(
            names = "--grace",
            paramLabel = "TIME",
            converter = BenchTime.class,
            description =
                    "By when the last has been told, as in 30s; the rate is raised if it would not"
                            + " do. Else the node's drain.grace.")
    private @Nullable Duration grace;

    @Option(
            names = "--force",
            description = "Also if no other node takes clients: they then have nowhere to go.")
    private boolean force;

    /** The order as the admin API takes it. */
    String body() {
        ObjectNode body = JSON.createObjectNode();
        if (rate != null) {
            body.put("rate", rate);
        }
        if (grace != null) {
            body.put("grace_ms", grace.toMillis());
        }
        if (force) {
            body.put("force", true);
        }
        return body.toString();
    }
}
