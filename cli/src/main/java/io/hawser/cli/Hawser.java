package io.hawser.cli;

import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The program {@code hawser}. For one thread. */
@Command(
        name = "hawser",
        description = "High-availability WebSocket servers: runs a node, administers a cluster.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ServerCommand.class,
            DemoCommand.class,
            ClusterCommand.class,
            NodeCommand.class,
            HaproxyCommand.class,
            ClientCommand.class,
            ChannelCommand.class,
            FailoverCommand.class,
            EventsCommand.class,
            ChannelsCommand.class,
            WebhooksCommand.class,
            PublishCommand.class,
            SubscribeCommand.class,
            BenchCommand.class,
            TokenCommand.class,
            ConfigCommand.class,
            GenerateCompletion.class,
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:failed",
            "2:usage or configuration is wrong",
            "3:not reachable",
            "4:denied",
            "5:partly done",
        })
public final class Hawser implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--verbose",
            scope = ScopeType.INHERIT,
            description = "Show where a failure comes from.")
    private boolean verbose;

    private Hawser() {}

    /** Runs a command and exits with its code. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    /** The commands, ready to parse and run; a fresh one for each run. */
    static CommandLine commandLine() {
        var root = new Hawser();
        var failures = new Failures(root);
        return new CommandLine(root)
                .setParameterExceptionHandler(failures)
                .setExecutionExceptionHandler(failures)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setAbbreviatedOptionsAllowed(false)
                .setUsageHelpAutoWidth(true);
    }

    boolean verbose() {
        return verbose;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Which command?");
    }
}
