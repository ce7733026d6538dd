package io.hawser.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code hawser cluster}: about the cluster as a whole. */
@Command(
        name = "cluster",
        description = "Shows the cluster, levels it, restarts it.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ClusterStatusCommand.class,
            ClusterRebalanceCommand.class,
            ClusterRestartCommand.class,
        })
final class ClusterCommand implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "Which command? There are: status, rebalance, restart");
    }
}
