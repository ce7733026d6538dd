package io.hawser.cli;

import picocli.CommandLine.Option;

/** Which channels are used. */
final class BenchChannels {
    /** For a bench without these options. */
    static final BenchChannels NONE = new BenchChannels();

    @Option(
            names = "--channels",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Channels; subscriber i joins channel i modulo N. ${DEFAULT-VALUE} if not given.")
    int channels = 1;

    @Option(
            names = "--channel",
            paramLabel = "NAME",
            defaultValue = "",
            description =
                    "The channel; with several they are NAME-0, NAME-1, … A new name for each run if"
                            + " not given.")
    String channel = "";
}
