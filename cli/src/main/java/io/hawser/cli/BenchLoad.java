package io.hawser.cli;

import io.hawser.cli.bench.BenchPlan;
import io.hawser.cli.bench.Payload;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What is published. */
final class BenchLoad {
    /** For a bench without these options. */
    static final BenchLoad NONE = new BenchLoad();

    /** As many publishes may be without a reply in a connection. */
    private static final int MAX_WINDOW = 4096;

    private static final int MAX_SIZE = 8 << 20;

    @Option(
            names = {"-p", "--publishers"},
            paramLabel = "N",
            defaultValue = "1",
            description = "Connections that publish; ${DEFAULT-VALUE} if not given.")
    int publishers = 1;

    @Option(
            names = "--publish-url",
            paramLabel = "URL",
            split = ",",
            description =
                    "WebSocket address of a node to publish at, several as with --url: subscribers on"
                            + " one node and publishers on another measure what lies between. Else"
                            + " that of --url.")
    List<String> publishUrls = new ArrayList<>();

    @Option(
            names = {"-r", "--rate"},
            paramLabel = "N|max",
            converter = BenchRate.class,
            description = {
                "Publishes a second, all publishers together; latency then counts from when each"
                        + " was due. Or max: as fast as --window allows.",
                "If not given, max; 100 for latency."
            })
    @Nullable Double rate;

    @Option(
            names = {"-w", "--window"},
            paramLabel = "N",
            defaultValue = "16",
            description =
                    "With --rate max, publishes of each publisher that are under way: not yet"
                            + " delivered to all, or for publish not yet answered. ${DEFAULT-VALUE}"
                            + " if not given.")
    int window = 16;

    @Option(
            names = {"-s", "--size"},
            paramLabel = "BYTES",
            defaultValue = "128",
            description = "Bytes of a payload; ${DEFAULT-VALUE} if not given.")
    int size = 128;

    @Option(
            names = "--drain",
            paramLabel = "TIME",
            defaultValue = "3s",
            converter = BenchTime.class,
            description =
                    "At the end, wait for what is missing until nothing has come for so long."
                            + " ${DEFAULT-VALUE} if not given.")
    Duration drain = Duration.ofSeconds(3);

    void check(CommandSpec spec) {
        BenchOptions.range(spec, "--publishers", publishers, 1, BenchPlan.MAX_PUBLISHERS);
        BenchOptions.range(spec, "--window", window, 1, MAX_WINDOW);
        BenchOptions.range(spec, "--size", size, Payload.MIN_SIZE, MAX_SIZE);
    }
}
