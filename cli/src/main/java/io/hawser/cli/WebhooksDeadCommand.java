package io.hawser.cli;

import io.hawser.cli.admin.AdminClient;

import picocli.CommandLine.Command;

import tools.jackson.databind.JsonNode;

import java.io.PrintWriter;

/** {@code hawser webhooks dead}: events that were given up, newest first. */
@Command(
        name = "dead",
        description = "Lists the events that the webhook refused or did not take in time.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class)
final class WebhooksDeadCommand extends AnswerCommand {
    @Override
    JsonNode ask(AdminClient client) {
        return client.deadLetters();
    }

    @Override
    void print(JsonNode answer, PrintWriter out) {
        JsonNode letters = answer.path("dead_letters");
        if (letters.isEmpty()) {
            out.println("there are no dead letters");
        } else {
            table(letters).print(out);
        }
        printMissing(answer, "which may know of more", out);
    }

    private static Table table(JsonNode letters) {
        var table = new Table("GIVEN UP AT", "EVENT", "ATTEMPTS", "PROBLEM", "ID");
        for (JsonNode each : letters) {
            table.row(
                    Table.moment(each.path("died_ms").asLong(0)),
                    each.path("event").asString("?"),
                    each.path("attempts").asString("?"),
                    each.path("problem").asString("?"),
                    each.path("id").asString("?"));
        }
        return table;
    }
}
