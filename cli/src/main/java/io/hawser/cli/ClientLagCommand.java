package io.hawser.cli;

import io.hawser.cli.admin.AdminClient;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

import tools.jackson.databind.JsonNode;

import java.io.PrintWriter;

/** {@code hawser client lag}: how far a user is behind in what it acknowledges. */
@Command(
        name = "lag",
        description = {
            "Shows how far a user is behind.",
            "In each channel with ack: subscriber, and in the user's queue: what was acknowledged"
                    + " last, and how many publications have come since."
        },
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class)
final class ClientLagCommand extends AnswerCommand {
    @Parameters(index = "0", paramLabel = "USER", description = "The user, as its tokens say.")
    private String user = "";

    @Override
    public Integer call() {
        if (user.isEmpty()) {
            throw wrong("USER is empty; an anonymous user acknowledges nothing");
        }
        return super.call();
    }

    @Override
    JsonNode ask(AdminClient client) {
        return client.delivery(user);
    }

    @Override
    void print(JsonNode answer, PrintWriter out) {
        JsonNode positions = answer.path("positions");
        if (positions.isEmpty()) {
            out.println("user " + user + " has no positions");
            return;
        }
        var table =
                new Table(
                        "CHANNEL", "DEVICE", "ACKNOWLEDGED", "NEWEST", "LAG", "STATE", "LAST USED");
        for (JsonNode each : positions) {
            table.row(
                    each.path("channel").asString("?"),
                    each.path("device").asString(""),
                    each.path("offset").asString("?"),
                    each.path("newest").asString("?"),
                    each.path("lag").asString("?"),
                    each.path("state").asString("?"),
                    used(each.path("used_at_ms").asLong(0)));
        }
        table.print(out);
    }

    private static String used(long atMs) {
        return atMs == 0 ? "never" : Table.moment(atMs);
    }
}
