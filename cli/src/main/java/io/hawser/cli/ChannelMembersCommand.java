package io.hawser.cli;

import io.hawser.cli.admin.AdminClient;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import tools.jackson.databind.JsonNode;

import java.io.PrintWriter;

/** {@code hawser channel members}: who is in a channel, page by page. */
@Command(
        name = "members",
        description = "Lists who is in a channel, on all nodes, in the order of client ids.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class)
final class ChannelMembersCommand extends AnswerCommand {
    private static final int MAX_LIMIT = 1_000;

    @Parameters(index = "0", paramLabel = "CHANNEL", description = "Name of the channel.")
    private String channel = "";

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "100",
            description = "Members of a page, 1 to 1000; ${DEFAULT-VALUE} if not given.")
    private int limit = 100;

    @Option(
            names = "--cursor",
            paramLabel = "ID",
            defaultValue = "",
            description = "Begin behind this client id, as the page before has told.")
    private String cursor = "";

    @Override
    public Integer call() {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw wrong("--limit must be 1 to " + MAX_LIMIT + ", is " + limit);
        }
        return super.call();
    }

    @Override
    int exitCode(JsonNode page) {
        return page.path("nodes_missing").isEmpty() ? ExitCode.OK : ExitCode.PARTLY;
    }

    @Override
    JsonNode ask(AdminClient client) {
        return client.members(channel, limit, cursor);
    }

    @Override
    void print(JsonNode page, PrintWriter out) {
        JsonNode members = page.path("members");
        if (!members.isEmpty()) {
            table(members).print(out);
        }
        out.println(
                page.path("num_clients").asInt(0)
                        + " clients, "
                        + page.path("num_users").asInt(0)
                        + " users");
        printMissing(page, "whose members are not listed", out);
        String next = page.path("next").asString("");
        if (!next.isEmpty()) {
            out.println("there are more: --cursor " + next);
        }
    }

    private static Table table(JsonNode members) {
        var table = new Table("CLIENT", "USER", "NODE", "CONNECTION INFO", "CHANNEL INFO");
        for (JsonNode each : members) {
            table.row(
                    each.path("client").asString("?"),
                    each.path("user").asString("?"),
                    each.path("node").asString("?"),
                    info(each.path("conn_info")),
                    info(each.path("chan_info")));
        }
        return table;
    }

    private static String info(JsonNode info) {
        return info.isMissingNode() ? "-" : info.toString();
    }
}
