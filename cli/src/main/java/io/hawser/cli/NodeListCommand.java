package io.hawser.cli;

import io.hawser.cli.admin.AdminClient;

import picocli.CommandLine.Command;

import tools.jackson.databind.JsonNode;

import java.io.PrintWriter;

/** {@code hawser node list}: the nodes, where they are, and how they are. */
@Command(
        name = "list",
        description = "Lists the nodes of the cluster: state, load, region and zone.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class)
final class NodeListCommand extends AnswerCommand {
    @Override
    JsonNode ask(AdminClient client) {
        return client.nodes();
    }

    @Override
    void print(JsonNode nodes, PrintWriter out) {
        NodeTable.of(nodes).print(out);
    }
}
