package io.hawser.cli;

import io.hawser.cli.client.Backoff;
import io.hawser.cli.client.ChannelClient;
import io.hawser.cli.client.ClientEvent;
import io.hawser.cli.client.ClientRuntime;
import io.hawser.cli.client.ClientSettings;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code hawser subscribe}: prints what is published in a channel until it is interrupted. */
@Command(
        name = "subscribe",
        description = {
            "Prints each publication of a channel until it is interrupted, which is no failure.",
            "After a loss of the connection it comes back and prints what it missed."
        },
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class)
final class SubscribeCommand implements Callable<Integer> {
    private static final int PERMISSION_DENIED = 103;
    private static final Duration STOP_TIME = Duration.ofSeconds(5);
    private static final String DEFAULT_ADDRESS = "ws://127.0.0.1:8000/connection/websocket";

    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private OutputOption output = new OutputOption();

    @Parameters(paramLabel = "CHANNEL", description = "Channel, as in ticks:AAPL.")
    private String channel = "";

    @Option(
            names = "--ws-url",
            paramLabel = "URL",
            defaultValue = "${env:HAWSER_WS_URL:-" + DEFAULT_ADDRESS + "}",
            description =
                    "WebSocket address of a node. Else HAWSER_WS_URL, else " + DEFAULT_ADDRESS)
    private String address = "";

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            defaultValue = "${env:HAWSER_TOKEN:-}",
            description = "Connection token, see 'hawser token create'. Else HAWSER_TOKEN.")
    private String token = "";

    @Option(
            names = {"-n", "--count"},
            paramLabel = "N",
            defaultValue = "0",
            description = "Stop after so many publications; 0 for no end.")
    private long count;

    @Override
    public Integer call() throws InterruptedException {
        check();
        var tail = new ChannelTail(spec.commandLine(), output.json(), count);
        var settings =
                new ClientSettings(List.of(uri()), token, List.of(channel), Backoff.STANDARD);
        StopSignal signal = StopSignal.install(STOP_TIME);
        stopWhenAsked(tail, signal);
        int exitCode = ExitCode.FAILED;
        try {
            exitCode = follow(settings, tail);
        } finally {
            signal.nothingLeft();
            signal.finished(exitCode);
        }
        return exitCode;
    }

    private void check() {
        if (channel.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "CHANNEL is empty");
        }
        if (count < 0) {
            throw new ParameterException(
                    spec.commandLine(), "--count takes 0 or more, not " + count);
        }
    }

    private static void stopWhenAsked(ChannelTail tail, StopSignal signal) {
        Thread.ofVirtual()
                .name("stop-watch")
                .start(
                        () -> {
                            try {
                                if (signal.await()) {
                                    tail.stop();
                                }
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        });
    }

    private static int follow(ClientSettings settings, ChannelTail tail)
            throws InterruptedException {
        try (var runtime = new ClientRuntime();
                var client = new ChannelClient(settings, runtime, tail::accept)) {
            client.start();
            return tail.await();
        }
    }

    private URI uri() {
        return WebAddress.parse(address, "ws", "wss")
                .orElseThrow(
                        () ->
                                new CommandFailure(
                                        ExitCode.USAGE,
                                        "'" + address + "' is no WebSocket address",
                                        "Give one like " + DEFAULT_ADDRESS + " with --ws-url."));
    }

    /** The failure that a refusal by the node means. */
    static CommandFailure refused(ClientEvent.Ended ended) {
        return refused("the node ended the connection", ended.code(), ended.reason());
    }

    /** The failure that a refused subscription means. */
    static CommandFailure refused(ClientEvent.Unsubscribed event) {
        String what = "no subscription to " + event.channel();
        if (event.code() != PERMISSION_DENIED) {
            return refused(what, event.code(), event.reason());
        }
        return new CommandFailure(
                ExitCode.DENIED,
                what + ": " + event.reason() + " (code " + event.code() + ")",
                "Its namespace has to let clients in (allow_subscribe_for_client in the node's"
                        + " configuration).");
    }

    private static CommandFailure refused(String what, int code, String reason) {
        String message = what + ": " + reason + " (code " + code + ")";
        return switch (code) {
            case 101, 103, 109, 110, 3500, 3507 ->
                    new CommandFailure(
                            ExitCode.DENIED,
                            message,
                            "Give a token that allows it with --token or HAWSER_TOKEN.");
            case 102 ->
                    new CommandFailure(ExitCode.FAILED, message, CommandFailure.NAMESPACE_ADVICE);
            default -> new CommandFailure(ExitCode.FAILED, message, "");
        };
    }
}
