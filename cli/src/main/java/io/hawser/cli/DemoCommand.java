package io.hawser.cli;

import io.hawser.cli.demo.Demo;
import io.hawser.cli.demo.DemoException;
import io.hawser.cli.demo.DemoSecrets;
import io.hawser.cli.demo.DemoSettings;
import io.hawser.cli.demo.RunDirectory;
import io.hawser.server.security.TokenIssuer;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;

/** {@code hawser demo}: a whole cluster on this machine, and commands that make nodes fail. */
@Command(
        name = "demo",
        description = {
            "Runs a whole cluster on this machine, to try out.",
            "Redis, PostgreSQL, nodes, HAProxy if installed, a feed of ticks, and clients that count"
                    + " what they miss. Ctrl-C stops everything."
        },
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class,
        synopsisSubcommandLabel = "[COMMAND]")
final class DemoCommand implements Callable<Integer> {
    private static final Duration STOP_TIME = Duration.ofSeconds(30);

    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--nodes",
            paramLabel = "N",
            defaultValue = "3",
            description = "How many nodes, 1 to " + DemoSettings.MAX_NODES + "; 3 if not given.")
    private int nodes;

    @Option(
            names = "--clients",
            paramLabel = "N",
            defaultValue = "300",
            description =
                    "How many clients, 0 to " + DemoSettings.MAX_CLIENTS + "; 300 if not given.")
    private int clients;

    @Override
    public Integer call() throws InterruptedException {
        DemoSettings settings = settings();
        StopSignal signal = StopSignal.install(STOP_TIME);
        int exitCode = ExitCode.FAILED;
        try {
            new Demo(settings, runDirectory(), spec.commandLine().getOut(), signal.asked()).run();
            exitCode = ExitCode.OK;
        } catch (DemoException e) {
            throw failure(e);
        } finally {
            signal.finished(exitCode);
        }
        return exitCode;
    }

    private DemoSettings settings() {
        var secrets = DemoSecrets.random();
        var issuer = new TokenIssuer(secrets.token());
        try {
            return new DemoSettings(
                    nodes, clients, secrets, user -> issuer.connection(user, Instant.now()).sign());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--nodes takes 1 to %d, --clients 0 to %d"
                            .formatted(DemoSettings.MAX_NODES, DemoSettings.MAX_CLIENTS),
                    e);
        }
    }

    @Command(
            name = "kill",
            description = "Kills a node of the running demo (kill -9).",
            mixinStandardHelpOptions = true,
            versionProvider = VersionProvider.class)
    int kill(@Parameters(paramLabel = "N", description = "Number of the node.") int number) {
        return send("kill", number);
    }

    @Command(
            name = "stop",
            description = "Stops a node of the running demo as if it hung (SIGSTOP).",
            mixinStandardHelpOptions = true,
            versionProvider = VersionProvider.class)
    int stop(@Parameters(paramLabel = "N", description = "Number of the node.") int number) {
        return send("stop", number);
    }

    @Command(
            name = "start",
            description = "Brings a killed or stopped node of the running demo back.",
            mixinStandardHelpOptions = true,
            versionProvider = VersionProvider.class)
    int start(@Parameters(paramLabel = "N", description = "Number of the node.") int number) {
        return send("start", number);
    }

    private int send(String command, int number) {
        try {
            String done = Demo.command(runDirectory(), command + " " + number);
            spec.commandLine().getOut().println(done);
            return ExitCode.OK;
        } catch (DemoException e) {
            throw failure(e);
        }
    }

    private static Path runDirectory() {
        return RunDirectory.of(System.getenv());
    }

    private static CommandFailure failure(DemoException error) {
        int exitCode =
                switch (error.kind()) {
                    case USAGE -> ExitCode.USAGE;
                    case NOT_RUNNING -> ExitCode.NOT_REACHABLE;
                    case FAILED -> ExitCode.FAILED;
                };
        return new CommandFailure(exitCode, error.getMessage(), error.advice(), error);
    }
}
