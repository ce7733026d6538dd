package io.hawser.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code hawser bench}: load for nodes, and figures. */
@Command(
        name = "bench",
        description = {
            "Makes load and measures: opens clients, publishes, checks every delivery.",
            "Exits with 1 if anything was lost, doubled or out of order, or a connection failed."
        },
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            BenchPublishCommand.class,
            BenchSubscribeCommand.class,
            BenchFanoutCommand.class,
            BenchConnectCommand.class,
            BenchLatencyCommand.class,
        })
final class BenchCommand implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "Which command? There are: publish, subscribe, fanout, connect, latency");
    }
}
