package io.hawser.cli;

import picocli.CommandLine.Option;

/** Who subscribes, and to what. */
final class BenchSubscribers {
    /** For a bench without these options. */
    static final BenchSubscribers NONE = new BenchSubscribers();

    @Option(
            names = {"-c", "--connections"},
            paramLabel = "N",
            defaultValue = "1000",
            description = "Subscribers; ${DEFAULT-VALUE} if not given.")
    int connections = 1000;
}
