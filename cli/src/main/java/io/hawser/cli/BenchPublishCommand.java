package io.hawser.cli;

import io.hawser.cli.bench.BenchKind;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import java.util.concurrent.Callable;

/** {@code hawser bench publish}. */
@Command(
        name = "publish",
        description = {"Publishes without subscribers, and counts replies a second."},
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class)
final class BenchPublishCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private BenchOptions options = new BenchOptions();
    @Mixin private BenchChannels channels = new BenchChannels();
    @Mixin private BenchLoad load = new BenchLoad();
    @Mixin private BenchTimes times = new BenchTimes();

    @Override
    public Integer call() {
        return options.run(spec, BenchKind.PUBLISH, BenchSubscribers.NONE, channels, load, times);
    }
}
