package io.hawser.cli;

import io.hawser.cli.bench.BenchKind;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import java.util.concurrent.Callable;

/** {@code hawser bench latency}. */
@Command(
        name = "latency",
        description = {
            "Publishes at a fixed rate, and tells how long messages take from when they were due.",
            "Every delivery is checked: lost, doubled, out of order."
        },
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class)
final class BenchLatencyCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private BenchOptions options = new BenchOptions();
    @Mixin private BenchSubscribers subscribers = new BenchSubscribers();
    @Mixin private BenchChannels channels = new BenchChannels();
    @Mixin private BenchLoad load = new BenchLoad();
    @Mixin private BenchTimes times = new BenchTimes();

    @Override
    public Integer call() {
        return options.run(spec, BenchKind.LATENCY, subscribers, channels, load, times);
    }
}
