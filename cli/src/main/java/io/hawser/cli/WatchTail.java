package io.hawser.cli;

import io.hawser.cli.admin.AdminClient;
import io.hawser.cli.admin.EventStream;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is published to channels that match a pattern. See {@link StreamTail}. */
final class WatchTail extends StreamTail {
    private static final JsonMapper JSON = new JsonMapper();

    private final AdminClient client;
    private final String pattern;
    private final boolean json;

    /**
     * @param limit publications after which it ends, 0 for none
     */
    WatchTail(AdminClient client, String pattern, CommandLine command, boolean json, long limit) {
        super(command, limit);
        this.client = client;
        this.pattern = pattern;
        this.json = json;
    }

    @Override
    EventStream open() {
        return client.watch(pattern);
    }

    /** Gaps are no publications, but programs must hear of them too. */
    @Override
    @Nullable String line(EventStream.Message message) {
        JsonNode data = read(message.data());
        switch (message.type()) {
            case "publication" -> {
                return json ? message.data() : text(data);
            }
            case "missed" ->
                    note(data.path("count").asLong(0) + " publications were missed: too slow here");
            case "incomplete" ->
                    note("from now on some may be missing: " + data.path("why").asString("?"));
            case "complete" -> note("from now on nothing is missing");
            default -> note(message.type() + " " + message.data());
        }
        return null;
    }

    private static JsonNode read(String json) {
        try {
            return JSON.readTree(json);
        } catch (JacksonException e) {
            return JSON.createObjectNode().put("why", json);
        }
    }

    private static String text(JsonNode publication) {
        StringBuilder line = new StringBuilder(publication.path("channel").asString("?"));
        if (publication.has("offset")) {
            line.append(" #").append(publication.path("offset").asLong(0));
        }
        if (publication.has("user")) {
            line.append(" (").append(publication.path("user").asString("")).append(')');
        }
        return line.append(' ')
                .append(
                        publication.has("data")
                                ? publication.path("data").toString()
                                : "base64 " + publication.path("b64data").asString(""))
                .toString();
    }
}
