package io.hawser.cli;

import io.hawser.cli.admin.AdminClient;
import io.hawser.cli.admin.AdminException;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import tools.jackson.databind.JsonNode;

import java.io.PrintWriter;
import java.util.concurrent.Callable;

/** {@code hawser node list}: the nodes, where they are, and how they are. */
@Command(
        name = "list",
        description = "Lists the nodes of the cluster: state, load, region and zone.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class)
final class NodeListCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private AdminOptions admin = new AdminOptions();
    @Mixin private OutputOption output = new OutputOption();

    @Override
    public Integer call() {
        JsonNode nodes = ask();
        PrintWriter out = spec.commandLine().getOut();
        if (output.json()) {
            out.println(nodes.toPrettyString());
        } else {
            NodeTable.of(nodes).print(out);
        }
        return ExitCode.OK;
    }

    private JsonNode ask() {
        try (AdminClient client = admin.client()) {
            return client.nodes();
        } catch (AdminException e) {
            throw AdminOptions.failure(e);
        }
    }
}
