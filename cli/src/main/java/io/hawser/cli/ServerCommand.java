package io.hawser.cli;

import io.hawser.server.HawserServer;
import io.hawser.server.StartException;
import io.hawser.server.config.HawserConfig;
import io.hawser.server.config.Logging;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import java.time.Duration;
import java.util.concurrent.Callable;

/** {@code hawser server}: runs a node until it is told to stop. */
@Command(
        name = "server",
        description = {
            "Runs a node until it is told to stop.",
            "Without configuration: a node of its own, public port 8000, admin port 9000."
        },
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class)
final class ServerCommand implements Callable<Integer> {
    /** What a stop takes when all clients have been sent away. */
    private static final Duration STOP_TIME = Duration.ofSeconds(30);

    @Mixin private ConfigOptions options = new ConfigOptions();

    @Override
    public Integer call() throws InterruptedException {
        HawserConfig config = options.load();
        Logging.start(config.log());
        StopSignal signal = StopSignal.install(config.drain().grace().plus(STOP_TIME));
        int exitCode = ExitCode.FAILED;
        try (HawserServer server = HawserServer.start(config)) {
            exitCode = run(server, signal);
        } catch (StartException e) {
            throw new CommandFailure(ExitCode.FAILED, String.valueOf(e.getMessage()), "", e);
        } finally {
            Logging.stop();
            signal.finished(exitCode);
        }
        return exitCode;
    }

    /** Waits for whatever comes first: we are asked to stop, or the node stops by itself. */
    private static int run(HawserServer server, StopSignal signal) throws InterruptedException {
        Thread.ofVirtual()
                .name("node-watch")
                .start(
                        () -> {
                            try {
                                server.awaitStopped();
                                signal.nothingLeft();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        });
        return signal.await() ? ExitCode.OK : ExitCode.FAILED;
    }
}
