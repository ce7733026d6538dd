package io.hawser.cli;

import io.hawser.cli.admin.AdminClient;
import io.hawser.cli.admin.AdminException;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;

/** {@code hawser cluster restart --rolling}: restarts all nodes, one after the other. */
@Command(
        name = "restart",
        description = {
            "Restarts all nodes, one at a time: drains it, runs a command that restarts it, waits",
            "until it is back, goes on with the next. Stops at the first failure."
        },
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class)
final class ClusterRestartCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private AdminOptions admin = new AdminOptions();
    @Mixin private DrainOptions drain = new DrainOptions();

    @Option(
            names = "--rolling",
            required = true,
            description = "One node at a time; the only way there is.")
    private boolean rolling;

    @Option(
            names = "--command",
            paramLabel = "COMMAND",
            defaultValue = "systemctl restart hawser@%s",
            description =
                    "What restarts a node, run by sh: %%s is the node's id, %%h its host. Default:"
                            + " systemctl restart hawser@%%s")
    private String command = "";

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = BenchTime.class,
            defaultValue = "2m",
            description = "For the command, and again for the node to be back. Default: 2m.")
    private Duration timeout = Duration.ZERO;

    @Override
    public Integer call() throws InterruptedException {
        if (!rolling) {
            throw new ParameterException(spec.commandLine(), "Nodes are restarted with --rolling");
        }
        if (!command.contains(RollingRestart.ID)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--command has no " + RollingRestart.ID + " in it, for the node's id");
        }
        PrintWriter out = spec.commandLine().getOut();
        try (AdminClient client = admin.client()) {
            new RollingRestart(client, drain.body(), command, timeout, out::println).run();
            return ExitCode.OK;
        } catch (AdminException e) {
            throw AdminOptions.failure(e);
        }
    }
}
