package io.hawser.cli;

import tools.jackson.databind.JsonNode;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** An event of the cluster as a line for people. No state. */
final class EventText {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS", Locale.ROOT);

    private EventText() {}

    /** When, of which type, what, and who tells it. */
    static String line(JsonNode event) {
        Instant time = Instant.ofEpochMilli(event.path("time_ms").asLong(0));
        return "%s %-15s %s (told by %s)"
                .formatted(
                        LocalDateTime.ofInstant(time, ZoneId.systemDefault()).format(TIME),
                        text(event, "type"),
                        what(event, event.path("data")),
                        text(event, "by"));
    }

    private static String what(JsonNode event, JsonNode data) {
        String node = text(data, "node") + " (life " + text(data, "incarnation") + ")";
        return switch (text(event, "type")) {
            case "node.joined" -> node + " is there";
            case "node.left" -> node + " said goodbye";
            case "node.suspect" -> node + " is not heard";
            case "node.heard" -> node + " is heard again";
            case "node.failed" ->
                    node + " was given up, with " + text(data, "connections") + " connections";
            case "failover.done" ->
                    "the clients of %s: %s, %s entries moved in %s ms"
                            .formatted(
                                    node,
                                    text(data, "outcome"),
                                    text(data, "moved"),
                                    text(data, "took_ms"));
            case "node.drain" ->
                    "drain of %s %s, %s connections"
                            .formatted(
                                    text(event, "by"),
                                    text(data, "stage"),
                                    text(data, "connections"));
            case "scaling.decided" ->
                    "%s to %s nodes%s: %s"
                            .formatted(
                                    text(data, "from_nodes"),
                                    text(data, "to_nodes"),
                                    data.path("dry_run").asBoolean(false) ? " (dry run)" : "",
                                    text(data, "reason"));
            case "alert" ->
                    "%s %s: %s"
                            .formatted(
                                    text(data, "name"),
                                    data.path("firing").asBoolean(false) ? "began" : "is over",
                                    text(data, "text"));
            case "config.loaded" ->
                    "%s runs version %s with configuration %s"
                            .formatted(
                                    text(event, "by"),
                                    text(data, "version"),
                                    text(data, "fingerprint"));
            default -> data.toString();
        };
    }

    private static String text(JsonNode json, String name) {
        return json.path(name).asString("?");
    }
}
