package io.hawser.cli;

import io.hawser.cli.admin.AdminClient;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.time.Duration;
import java.util.concurrent.Callable;

/** {@code hawser events}: prints what happens in the cluster until it is interrupted. */
@Command(
        name = "events",
        description = {
            "Prints the cluster's events until it is interrupted, which is no failure: first those"
                    + " that the node remembers, then each as it comes.",
            "After a loss of the connection it comes back and goes on where it was."
        },
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class)
final class EventsCommand implements Callable<Integer> {
    private static final Duration STOP_TIME = Duration.ofSeconds(8);

    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private AdminOptions admin = new AdminOptions();
    @Mixin private OutputOption output = new OutputOption();

    @Option(
            names = "--since",
            paramLabel = "ID",
            defaultValue = "",
            description = "Begin after the event with this id.")
    private String since = "";

    @Option(
            names = "--types",
            paramLabel = "TYPES",
            defaultValue = "",
            description = "Only these types or groups of types, as in node,failover.done.")
    private String types = "";

    @Option(
            names = {"-n", "--count"},
            paramLabel = "N",
            defaultValue = "0",
            description = "Stop after so many events; 0 for no end.")
    private long count;

    @Override
    public Integer call() throws InterruptedException {
        if (count < 0) {
            throw new ParameterException(
                    spec.commandLine(), "--count takes 0 or more, not " + count);
        }
        StopSignal signal = StopSignal.install(STOP_TIME);
        int exitCode = ExitCode.FAILED;
        try (AdminClient client = admin.client()) {
            var tail =
                    new EventTail(client, types, spec.commandLine(), output.json(), since, count);
            tail.stopOn(signal);
            exitCode = tail.run();
        } finally {
            signal.nothingLeft();
            signal.finished(exitCode);
        }
        return exitCode;
    }
}
