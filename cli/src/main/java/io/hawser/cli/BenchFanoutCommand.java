package io.hawser.cli;

import io.hawser.cli.bench.BenchKind;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import java.util.concurrent.Callable;

/** {@code hawser bench fanout}. */
@Command(
        name = "fanout",
        description = {
            "Publishes to subscribers, and counts deliveries a second.",
            "Every delivery is checked: lost, doubled, out of order."
        },
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class)
final class BenchFanoutCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private BenchOptions options = new BenchOptions();
    @Mixin private BenchSubscribers subscribers = new BenchSubscribers();
    @Mixin private BenchChannels channels = new BenchChannels();
    @Mixin private BenchLoad load = new BenchLoad();
    @Mixin private BenchTimes times = new BenchTimes();

    @Override
    public Integer call() {
        return options.run(spec, BenchKind.FANOUT, subscribers, channels, load, times);
    }
}
