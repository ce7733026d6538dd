package io.hawser.cli;

import io.hawser.cli.bench.Bench;
import io.hawser.cli.bench.BenchException;
import io.hawser.cli.bench.BenchKind;
import io.hawser.cli.bench.BenchPlan;
import io.hawser.cli.bench.BenchResult;
import io.hawser.cli.bench.FileLimit;
import io.hawser.cli.bench.WireProtocol;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** What all benches take: the nodes, the clients, and how these are made. Runs the bench. */
final class BenchOptions {
    private static final String DEFAULT_ADDRESS = "ws://127.0.0.1:8000/connection/websocket";
    private static final int MAX_CONNECTIONS = 1_000_000;
    private static final int MAX_PROCESSES = 100;
    private static final int MAX_THREADS = 64;

    @Mixin private OutputOption output = new OutputOption();

    @Option(
            names = {"-u", "--url"},
            paramLabel = "URL",
            split = ",",
            defaultValue = "${env:HAWSER_WS_URL:-" + DEFAULT_ADDRESS + "}",
            description =
                    "WebSocket address of a node; several by commas or by repeating it, connections"
                            + " go round robin. Else HAWSER_WS_URL, else "
                            + DEFAULT_ADDRESS)
    private List<String> urls = new ArrayList<>();

    @Option(
            names = "--protocol",
            paramLabel = "NAME",
            defaultValue = "json",
            description = "${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} if not given.")
    private WireProtocol protocol = WireProtocol.JSON;

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            defaultValue = "${env:HAWSER_TOKEN:-}",
            description = "Connection token of all clients. Else HAWSER_TOKEN.")
    private String token = "";

    @Option(
            names = "--secret",
            paramLabel = "SECRET",
            defaultValue = "${env:HAWSER_TOKEN_HMAC_SECRET:-}",
            description =
                    "The nodes' token.hmac_secret: signs a token for each client. Else"
                            + " HAWSER_TOKEN_HMAC_SECRET.")
    private String secret = "";

    @Option(
            names = "--user",
            paramLabel = "PREFIX",
            defaultValue = "bench-",
            description = "With --secret, client i is user PREFIXi; ${DEFAULT-VALUE} if not given.")
    private String user = "";

    @Option(
            names = "--connect-rate",
            paramLabel = "N",
            defaultValue = "0",
            description = "Connections begun a second; 0, as if not given, for no limit.")
    private double connectRate;

    @Option(
            names = "--in-flight",
            paramLabel = "N",
            defaultValue = "256",
            description =
                    "Connections of a process that are begun and not ready, at most;"
                            + " ${DEFAULT-VALUE} if not given.")
    private int inFlight;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "10s",
            converter = BenchTime.class,
            description = "For a connection to be ready; ${DEFAULT-VALUE} if not given.")
    private Duration timeout = Duration.ZERO;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "1",
            description = "Threads of a process that receive; ${DEFAULT-VALUE} if not given.")
    private int threads;

    @Option(
            names = "--processes",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "Processes that share the connections; if not given, as many as the limit of"
                            + " open files asks for.")
    private int processes;

    /** Makes the run, prints what came of it, and returns the exit code. */
    int run(
            CommandSpec spec,
            BenchKind kind,
            BenchSubscribers subscribers,
            BenchChannels channels,
            BenchLoad load,
            BenchTimes times) {
        check(spec, kind, subscribers, channels, load, times);
        BenchPlan plan = plan(spec, kind, subscribers, channels, load, times);
        try {
            BenchResult result = new Bench(plan, spec.commandLine().getErr()).run();
            new BenchReport(plan, result).print(spec.commandLine().getOut(), output.json());
            return result.isFlawless() ? ExitCode.OK : ExitCode.FAILED;
        } catch (BenchException e) {
            int code = e.isUnreachable() ? ExitCode.NOT_REACHABLE : ExitCode.FAILED;
            throw new CommandFailure(code, String.valueOf(e.getMessage()), e.advice(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ExitCode.FAILED;
        }
    }

    private void check(
            CommandSpec spec,
            BenchKind kind,
            BenchSubscribers subscribers,
            BenchChannels channels,
            BenchLoad load,
            BenchTimes times) {
        range(spec, "--connections", subscribers.connections, 1, MAX_CONNECTIONS);
        range(spec, "--channels", channels.channels, 1, BenchPlan.MAX_CHANNELS);
        range(spec, "--in-flight", inFlight, 1, MAX_CONNECTIONS);
        range(spec, "--threads", threads, 1, MAX_THREADS);
        range(spec, "--processes", processes, 0, MAX_PROCESSES);
        load.check(spec);
        if (connectRate < 0) {
            throw wrong(spec, "--connect-rate takes 0 or more, not " + connectRate);
        }
        if (timeout.isZero()) {
            throw wrong(spec, "--timeout takes more than 0: nothing is ready at once");
        }
        if (kind != BenchKind.CONNECT && times.duration.isZero()) {
            throw wrong(
                    spec, "--duration takes more than 0: there is nothing to measure in no time");
        }
        if (kind != BenchKind.PUBLISH && channels.channels > subscribers.connections) {
            throw wrong(
                    spec,
                    "--channels %d are more than --connections %d, so that some would have no"
                                    .formatted(channels.channels, subscribers.connections)
                            + " subscriber; give at least as many connections");
        }
        if (kind == BenchKind.LATENCY && load.rate != null && load.rate == 0) {
            throw wrong(
                    spec,
                    "--rate max is not for latency, which would only tell how deep --window is;"
                            + " give a number, or use fanout");
        }
        if (!token.isEmpty() && !secret.isEmpty()) {
            throw wrong(
                    spec,
                    "--token and --secret exclude each other; give one (HAWSER_TOKEN and"
                            + " HAWSER_TOKEN_HMAC_SECRET count too)");
        }
    }

    /** Checks a number. */
    static void range(CommandSpec spec, String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw wrong(spec, "%s takes %d to %d, not %d".formatted(name, least, most, value));
        }
    }

    private static ParameterException wrong(CommandSpec spec, String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private BenchPlan plan(
            CommandSpec spec,
            BenchKind kind,
            BenchSubscribers subscribers,
            BenchChannels channels,
            BenchLoad load,
            BenchTimes times) {
        int run = new SecureRandom().nextInt();
        String own = "bench-" + HexFormat.of().toHexDigits(run);
        int connections = kind == BenchKind.PUBLISH ? 0 : subscribers.connections;
        boolean publishes = kind != BenchKind.SUBSCRIBE && kind != BenchKind.CONNECT;
        int publishers = publishes ? load.publishers : 0;
        List<String> publishUrls = load.publishUrls.isEmpty() ? urls : load.publishUrls;
        return new BenchPlan(
                kind,
                urls.stream().map(url -> uri(spec, url)).toList(),
                publishUrls.stream().map(url -> uri(spec, url)).toList(),
                protocol,
                token,
                secret,
                user,
                connections,
                channels.channels,
                channels.channel.isEmpty() ? own : channels.channel,
                publishers,
                rate(kind, load.rate),
                load.window,
                load.size,
                times.warmup.toMillis(),
                times.duration.toMillis(),
                load.drain.toMillis(),
                connectRate,
                inFlight,
                timeout.toMillis(),
                threads,
                processes(spec, connections, publishers),
                run);
    }

    private static double rate(BenchKind kind, @Nullable Double given) {
        double ifNotGiven = kind == BenchKind.LATENCY ? 100 : 0;
        return given == null ? ifNotGiven : given;
    }

    /** The first process has all publishers besides its share of the subscribers. */
    private int processes(CommandSpec spec, int connections, int publishers) {
        int limit = FileLimit.connections() - publishers;
        int needed = limit < 1 ? MAX_PROCESSES + 1 : FileLimit.processes(connections, limit);
        if ((processes != 0 && processes < needed) || needed > MAX_PROCESSES) {
            throw wrong(
                    spec,
                    "a process may have %d connections here, and %d would have more; give more"
                                    .formatted(FileLimit.connections(), Math.max(1, processes))
                            + " --processes or raise the limit of open files (ulimit -n)");
        }
        return processes == 0 ? needed : processes;
    }

    private static URI uri(CommandSpec spec, String url) {
        return WebAddress.parse(url, "ws", "wss")
                .orElseThrow(
                        () ->
                                wrong(
                                        spec,
                                        "'"
                                                + url
                                                + "' is no WebSocket address; write for example "
                                                + DEFAULT_ADDRESS));
    }
}
