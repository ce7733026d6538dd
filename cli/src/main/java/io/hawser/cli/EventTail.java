package io.hawser.cli;

import io.hawser.cli.admin.AdminClient;
import io.hawser.cli.admin.EventStream;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** A node's events; goes on after the last one that was printed. See {@link StreamTail}. */
final class EventTail extends StreamTail {
    private static final JsonMapper JSON = new JsonMapper();

    private final AdminClient client;
    private final String types;
    private final boolean json;
    private String since;

    /**
     * @param since id of the event to begin after; empty for all that the node remembers
     * @param limit events after which it ends, 0 for none
     */
    EventTail(
            AdminClient client,
            String types,
            CommandLine command,
            boolean json,
            String since,
            long limit) {
        super(command, limit);
        this.client = client;
        this.types = types;
        this.json = json;
        this.since = since;
    }

    @Override
    EventStream open() {
        return client.events(since, types);
    }

    @Override
    @Nullable String line(EventStream.Message message) {
        switch (message.type()) {
            case "incomplete" ->
                    note(
                            "the node does not know the last event seen: some may be missing,"
                                    + " some come again");
            case "cut" -> note("events came faster than they were read");
            default -> {
                since = message.id();
                return json ? message.data() : text(message);
            }
        }
        return null;
    }

    private static String text(EventStream.Message message) {
        try {
            return EventText.line(JSON.readTree(message.data()));
        } catch (JacksonException e) {
            return message.type() + " " + message.data();
        }
    }
}
