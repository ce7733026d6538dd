package io.hawser.cli;

import io.hawser.cli.admin.AdminClient;
import io.hawser.cli.admin.AdminException;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import tools.jackson.databind.JsonNode;

import java.io.PrintWriter;
import java.util.concurrent.Callable;

/** {@code hawser node undrain}: lets a drained node take clients again. */
@Command(
        name = "undrain",
        description = "Lets a drained node take clients again.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class)
final class NodeUndrainCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private AdminOptions admin = new AdminOptions();
    @Mixin private OutputOption output = new OutputOption();

    @Parameters(
            index = "0",
            paramLabel = "ID",
            converter = NodeIdText.class,
            description = "The node, as in n2.")
    private String id = "";

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try (AdminClient client = admin.client()) {
            JsonNode answer = client.undrain(id);
            out.println(output.json() ? answer.toPrettyString() : id + " takes clients");
            return ExitCode.OK;
        } catch (AdminException e) {
            throw AdminOptions.failure(e);
        }
    }
}
