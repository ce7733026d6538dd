package io.hawser.cli;

import io.hawser.cli.admin.AdminClient;
import io.hawser.cli.admin.AdminException;
import io.hawser.cli.admin.PublishRequest;
import io.hawser.grid.priority.Priority;
import io.hawser.grid.pubsub.StreamPosition;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;

/** {@code hawser publish}: publishes to a channel through the server API. */
@Command(
        name = "publish",
        description = "Publishes to a channel.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class)
final class PublishCommand implements Callable<Integer> {
    private static final JsonMapper JSON = new JsonMapper();

    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private AdminOptions admin = new AdminOptions();
    @Mixin private OutputOption output = new OutputOption();

    @Parameters(index = "0", paramLabel = "CHANNEL", description = "Channel, as in ticks:AAPL.")
    private String channel = "";

    @Parameters(
            index = "1",
            paramLabel = "DATA",
            description = "One JSON value; - publishes each line of standard input.")
    private String data = "";

    @Option(names = "--text", description = "Take DATA as plain text and publish a JSON string.")
    private boolean text;

    @Option(
            names = "--priority",
            description =
                    "high, normal or low: overtakes, or lets pass, what else waits for a client."
                            + " Only for a channel without history.")
    private @Nullable Priority priority;

    @Override
    public Integer call() {
        if (channel.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "CHANNEL is empty");
        }
        if (!data.equals("-")) {
            publish(json(data));
            return ExitCode.OK;
        }
        return publishLines();
    }

    private void publish(String json) {
        try (AdminClient client = admin.client()) {
            publish(client, json);
        } catch (AdminException e) {
            throw AdminOptions.failure(e);
        }
    }

    private void publish(AdminClient client, String json) {
        StreamPosition position = client.publish(new PublishRequest(channel, json, "", priority));
        PrintWriter out = spec.commandLine().getOut();
        if (output.json()) {
            var result = JSON.createObjectNode().put("channel", channel);
            out.println(result.put("offset", position.offset()).put("epoch", position.epoch()));
        } else if (position.offset() == 0) {
            out.println("published to " + channel);
        } else {
            out.println("published to " + channel + ", offset " + position.offset());
        }
    }

    /** Goes on after a line that fails: what can be published is, and the exit code tells. */
    private int publishLines() {
        int published = 0;
        int failed = 0;
        CommandFailure last = null;
        try (AdminClient client = admin.client();
                BufferedReader lines = input()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                try {
                    publish(client, json(line));
                    published++;
                } catch (AdminException e) {
                    last = AdminOptions.failure(e);
                    failed++;
                } catch (CommandFailure e) {
                    last = e;
                    failed++;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return outcome(published, failed, last);
    }

    private static int outcome(int published, int failed, @Nullable CommandFailure last) {
        if (last == null) {
            return ExitCode.OK;
        }
        if (published == 0) {
            throw last;
        }
        throw new CommandFailure(
                ExitCode.PARTLY,
                failed
                        + " of "
                        + (published + failed)
                        + " lines not published, the last because "
                        + last.getMessage(),
                last.advice(),
                last);
    }

    private static BufferedReader input() {
        return new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    }

    private String json(String value) {
        if (text) {
            return JSON.writeValueAsString(value);
        }
        try {
            if (JSON.readTree(value).isMissingNode()) {
                throw notJson("it is empty");
            }
            return value;
        } catch (JacksonException e) {
            throw notJson(e.getOriginalMessage().lines().findFirst().orElse(""));
        }
    }

    private static CommandFailure notJson(String why) {
        return new CommandFailure(
                ExitCode.USAGE,
                "DATA is not one JSON value: " + why,
                "Quote it for the shell, as in '{\"price\":1}', or publish plain text with --text.");
    }
}
