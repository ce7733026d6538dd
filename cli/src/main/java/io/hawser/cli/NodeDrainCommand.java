package io.hawser.cli;

import io.hawser.cli.admin.AdminClient;
import io.hawser.cli.admin.AdminException;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import tools.jackson.databind.JsonNode;

import java.io.PrintWriter;
import java.util.concurrent.Callable;

/** {@code hawser node drain}: sends a node's clients to the others, at a pace. */
@Command(
        name = "drain",
        description = {
            "Sends a node's clients to the other nodes, at a pace, and waits until they have gone.",
            "The node takes nobody new until it is undrained or restarted."
        },
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class)
final class NodeDrainCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private AdminOptions admin = new AdminOptions();
    @Mixin private DrainOptions drain = new DrainOptions();
    @Mixin private OutputOption output = new OutputOption();

    @Parameters(
            index = "0",
            paramLabel = "ID",
            converter = NodeIdText.class,
            description = "The node, as in n2.")
    private String id = "";

    @Option(names = "--no-wait", description = "Return once the node has begun.")
    private boolean noWait;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        try (AdminClient client = admin.client()) {
            JsonNode answer = client.drain(id, drain.body());
            if (!noWait) {
                answer =
                        new DrainWatch(client, output.json() ? line -> {} : out::println).await(id);
            }
            if (output.json()) {
                out.println(answer.toPrettyString());
            } else if (noWait) {
                out.println(DrainWatch.line(id, answer));
            }
            return ExitCode.OK;
        } catch (AdminException e) {
            throw AdminOptions.failure(e);
        }
    }
}
