package io.hawser.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code hawser node}: about one node. */
@Command(
        name = "node",
        description = "Lists nodes, drains one, and takes it back.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {NodeListCommand.class, NodeDrainCommand.class, NodeUndrainCommand.class})
final class NodeCommand implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "Which command? There are: list, drain, undrain");
    }
}
