package io.hawser.cli;

import io.hawser.cli.client.ClientEvent;

import picocli.CommandLine;

import tools.jackson.databind.json.JsonMapper;

import java.io.PrintWriter;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Prints a client's publications on standard output and the rest of its life on standard error. Its
 * client may be held up by a slow output: there is only the one. Thread-safe by the client, which
 * delivers one event at a time.
 */
final class ChannelTail {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT);
    private static final JsonMapper JSON = new JsonMapper();

    private final CompletableFuture<Integer> end = new CompletableFuture<>();
    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean json;
    private final long limit;
    private long printed;
    private boolean everConnected;

    /**
     * @param limit publications after which it ends, 0 for none
     */
    ChannelTail(CommandLine command, boolean json, long limit) {
        this.out = command.getOut();
        this.err = command.getErr();
        this.json = json;
        this.limit = limit;
    }

    /** Waits for the end; returns the exit code. */
    int await() throws InterruptedException {
        try {
            return end.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof CommandFailure failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /** Ends it as the user asked. */
    void stop() {
        end.complete(ExitCode.OK);
    }

    void accept(ClientEvent event) {
        if (end.isDone()) {
            return;
        }
        switch (event) {
            case ClientEvent.Connected connected -> connected(connected);
            case ClientEvent.Subscribed subscribed -> subscribed(subscribed);
            case ClientEvent.Received publication -> received(publication);
            case ClientEvent.Unsubscribed unsubscribed -> unsubscribed(unsubscribed);
            case ClientEvent.Disconnected lost -> disconnected(lost);
            case ClientEvent.Ended ended ->
                    end.completeExceptionally(SubscribeCommand.refused(ended));
        }
    }

    private void connected(ClientEvent.Connected event) {
        everConnected = true;
        note("connected" + (event.node().isEmpty() ? "" : " to " + event.node()));
    }

    private void subscribed(ClientEvent.Subscribed event) {
        if (!event.wasRecovering()) {
            note("subscribed to " + event.channel());
        } else if (event.recovered()) {
            note("subscribed again, recovered " + event.publications() + ", nothing missing");
        } else {
            note("subscribed again, but what was missed is no longer in the history");
        }
    }

    private void received(ClientEvent.Received event) {
        out.println(json ? jsonLine(event) : line(event));
        printed++;
        // A reader that went away, as in a pipe to head, is no failure.
        if (out.checkError() || printed == limit) {
            end.complete(ExitCode.OK);
        }
    }

    private static String jsonLine(ClientEvent.Received event) {
        var line = JSON.createObjectNode().put("channel", event.channel());
        line.put("offset", event.offset()).set("data", event.data());
        return line.toString();
    }

    private static String line(ClientEvent.Received event) {
        String number = event.offset() == 0 ? "" : " #" + event.offset();
        return LocalTime.now(ZoneId.systemDefault()).format(TIME) + number + " " + event.data();
    }

    private void unsubscribed(ClientEvent.Unsubscribed event) {
        if (event.retrying()) {
            note("subscription lost: " + event.reason() + ", trying again");
        } else {
            end.completeExceptionally(SubscribeCommand.refused(event));
        }
    }

    private void disconnected(ClientEvent.Disconnected event) {
        if (!everConnected) {
            end.completeExceptionally(
                    new CommandFailure(
                            ExitCode.NOT_REACHABLE,
                            "cannot connect: " + event.reason(),
                            advice(event.reason())));
            return;
        }
        String why = event.reason().isEmpty() ? "code " + event.code() : event.reason();
        note("connection lost: " + why + ", next try in " + event.retryMs() + " ms");
    }

    private static String advice(String reason) {
        if (reason.equals("HTTP status 503")) {
            return "No node takes clients there at the moment: it starts, drains or is full.";
        }
        return reason.startsWith("HTTP status")
                ? "Is that the public port of a node (node.port), and the path"
                        + " /connection/websocket?"
                : "Is the node running? Give its WebSocket address with --ws-url.";
    }

    private void note(String text) {
        err.println(LocalTime.now(ZoneId.systemDefault()).format(TIME) + " " + text);
        err.flush();
    }
}
