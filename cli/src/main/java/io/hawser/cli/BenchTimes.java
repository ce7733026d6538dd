package io.hawser.cli;

import picocli.CommandLine.Option;

import java.time.Duration;

/** How long is measured. */
final class BenchTimes {
    /** For a bench without these options. */
    static final BenchTimes NONE = new BenchTimes();

    @Option(
            names = {"-d", "--duration"},
            paramLabel = "TIME",
            defaultValue = "10s",
            converter = BenchTime.class,
            description = "How long to measure: 500ms, 10s, 2m. ${DEFAULT-VALUE} if not given.")
    Duration duration = Duration.ZERO;

    @Option(
            names = "--warmup",
            paramLabel = "TIME",
            defaultValue = "1s",
            converter = BenchTime.class,
            description =
                    "Not counted in rates and latencies, before that. ${DEFAULT-VALUE} if not given.")
    Duration warmup = Duration.ZERO;
}
