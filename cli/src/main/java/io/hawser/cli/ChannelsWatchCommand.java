package io.hawser.cli;

import io.hawser.cli.admin.AdminClient;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.time.Duration;
import java.util.concurrent.Callable;

/** {@code hawser channels watch}: prints what is published until it is interrupted. */
@Command(
        name = "watch",
        description = {
            "Prints what is published to channels that match, on whichever node, until it is"
                    + " interrupted, which is no failure.",
            "What may be missing is told on standard error. It costs the node what a subscriber of"
                    + " all these channels would."
        },
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class)
final class ChannelsWatchCommand implements Callable<Integer> {
    private static final Duration STOP_TIME = Duration.ofSeconds(8);

    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private AdminOptions admin = new AdminOptions();
    @Mixin private OutputOption output = new OutputOption();

    @Parameters(
            paramLabel = "PATTERN",
            description =
                    "Channels, as in 'news:*' (quoted for the shell): * stands for any characters, ?"
                            + " for one.")
    private String pattern = "";

    @Option(
            names = {"-n", "--count"},
            paramLabel = "N",
            defaultValue = "0",
            description = "Stop after so many publications; 0 for no end.")
    private long count;

    @Override
    public Integer call() throws InterruptedException {
        if (pattern.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "PATTERN is empty; '*' stands for all channels");
        }
        if (count < 0) {
            throw new ParameterException(
                    spec.commandLine(), "--count takes 0 or more, not " + count);
        }
        StopSignal signal = StopSignal.install(STOP_TIME);
        int exitCode = ExitCode.FAILED;
        try (AdminClient client = admin.client()) {
            var tail = new WatchTail(client, pattern, spec.commandLine(), output.json(), count);
            tail.stopOn(signal);
            exitCode = tail.run();
        } finally {
            signal.nothingLeft();
            signal.finished(exitCode);
        }
        return exitCode;
    }
}
