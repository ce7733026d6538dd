package io.hawser.cli;

import io.hawser.cli.bench.BenchKind;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import java.util.concurrent.Callable;

/** {@code hawser bench connect}. */
@Command(
        name = "connect",
        description = {"Connects and subscribes, and counts how many do a second."},
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class)
final class BenchConnectCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private BenchOptions options = new BenchOptions();
    @Mixin private BenchSubscribers subscribers = new BenchSubscribers();
    @Mixin private BenchChannels channels = new BenchChannels();

    @Override
    public Integer call() {
        return options.run(
                spec, BenchKind.CONNECT, subscribers, channels, BenchLoad.NONE, BenchTimes.NONE);
    }
}
