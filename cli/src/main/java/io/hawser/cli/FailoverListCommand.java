package io.hawser.cli;

import io.hawser.cli.admin.AdminClient;
import io.hawser.cli.admin.AdminException;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import tools.jackson.databind.JsonNode;

import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

/** {@code hawser failover list}: what became of lost nodes, newest first. */
@Command(
        name = "list",
        description = "Lists the last failovers, newest first.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class)
final class FailoverListCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private AdminOptions admin = new AdminOptions();
    @Mixin private OutputOption output = new OutputOption();

    @Override
    public Integer call() {
        JsonNode answer = ask();
        PrintWriter out = spec.commandLine().getOut();
        if (output.json()) {
            out.println(answer.toPrettyString());
        } else {
            print(answer, out);
        }
        return ExitCode.OK;
    }

    private JsonNode ask() {
        try (AdminClient client = admin.client()) {
            return client.failovers();
        } catch (AdminException e) {
            throw AdminOptions.failure(e);
        }
    }

    private static void print(JsonNode answer, PrintWriter out) {
        JsonNode failovers = answer.path("failovers");
        if (failovers.isEmpty()) {
            out.println("no node was lost since the nodes started");
        } else {
            table(failovers).print(out);
        }
        for (JsonNode node : answer.path("nodes_missing")) {
            out.println("no answer from " + node.asString("?") + ", which may know of more");
        }
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
                    Instant.ofEpochMilli(each.path("lost_at_ms").asLong(0))
                            .truncatedTo(ChronoUnit.SECONDS)
                            .toString(),
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
