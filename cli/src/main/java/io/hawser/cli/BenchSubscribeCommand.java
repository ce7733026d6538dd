package io.hawser.cli;

import io.hawser.cli.bench.BenchKind;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import java.util.concurrent.Callable;

/** {@code hawser bench subscribe}. */
@Command(
        name = "subscribe",
        description = {
            "Holds subscribers, and counts what others publish to them.",
            "What another 'hawser bench' publishes to the same --channel is checked."
        },
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class)
final class BenchSubscribeCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private BenchOptions options = new BenchOptions();
    @Mixin private BenchSubscribers subscribers = new BenchSubscribers();
    @Mixin private BenchChannels channels = new BenchChannels();
    @Mixin private BenchTimes times = new BenchTimes();

    @Override
    public Integer call() {
        return options.run(spec, BenchKind.SUBSCRIBE, subscribers, channels, BenchLoad.NONE, times);
    }
}
