package io.hawser.cli;

import io.hawser.cli.admin.AdminClient;

import picocli.CommandLine.Command;

import tools.jackson.databind.JsonNode;

import java.io.PrintWriter;
import java.util.stream.Collectors;

/** {@code hawser failover list}: what became of lost nodes, newest first. */
@Command(
        name = "list",
        description = "Lists the last failovers, newest first.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class)
final class FailoverListCommand extends AnswerCommand {
    @Override
    JsonNode ask(AdminClient client) {
        return client.failovers();
    }

    @Override
    void print(JsonNode answer, PrintWriter out) {
        JsonNode failovers = answer.path("failovers");
        if (failovers.isEmpty()) {
            out.println("no node was lost since the nodes started");
        } else {
            table(failovers).print(out);
        }
        printMissing(answer, "which may know of more", out);
    }

    private static Table table(JsonNode failovers) {
        var table =
                new Table(
                        "LOST AT",
                        "NODE",
                        "LIFE",
                        "OUTCOME",
                        "CONNECTIONS",
                        "TO",
                        "NO ROOM FOR",
                        "ENTRIES MOVED",
                        "TOOK");
        for (JsonNode each : failovers) {
            table.row(
                    Table.moment(each.path("lost_at_ms").asLong(0)),
                    each.path("node").asString("?"),
                    each.path("incarnation").asString("?"),
                    each.path("outcome").asString("?"),
                    each.path("connections").asString("?"),
                    shares(each.path("shares")),
                    each.path("unplaced").asString("?"),
                    each.path("moved").asString("?"),
                    each.path("took_ms").asString("?") + " ms");
        }
        return table;
    }

    private static String shares(JsonNode shares) {
        return shares.propertyStream()
                .map(share -> share.getKey() + " " + share.getValue().asInt(0))
                .collect(Collectors.joining(", "));
    }
}
