package io.hawser.cli;

import io.hawser.cli.admin.AdminClient;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

import tools.jackson.databind.JsonNode;

import java.io.PrintWriter;

/** {@code hawser node undrain}: lets a drained node take clients again. */
@Command(
        name = "undrain",
        description = "Lets a drained node take clients again.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class)
final class NodeUndrainCommand extends AnswerCommand {
    @Parameters(
            index = "0",
            paramLabel = "ID",
            converter = NodeIdText.class,
            description = "The node, as in n2.")
    private String id = "";

    @Override
    JsonNode ask(AdminClient client) {
        return client.undrain(id);
    }

    @Override
    void print(JsonNode answer, PrintWriter out) {
        out.println(id + " takes clients");
    }
}
