package io.hawser.grid.event;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

import io.hawser.grid.cluster.NodeId;
import io.hawser.grid.pubsub.Payload;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Events as JSON: {@code {"id", "type", "time_ms", "by", "incarnation", "data": {…}}}; on the
 * control channel with {@code "kind":"event"} before them. Fields and types of later versions are
 * ignored. Thread-safe.
 */
public final class EventJson {
    private static final byte[] CONTROL_BEGIN =
            "{\"kind\":\"event\",".getBytes(StandardCharsets.UTF_8);

    private static final Map<String, Class<? extends Happening>> TYPES =
            Map.of(
                    "node.joined", Happening.NodeJoined.class,
                    "node.left", Happening.NodeLeft.class,
                    "node.suspect", Happening.NodeSuspect.class,
                    "node.heard", Happening.NodeHeard.class,
                    "node.failed", Happening.NodeFailed.class,
                    "failover.done", Happening.FailoverDone.class,
                    "node.drain", Happening.Drain.class,
                    "scaling.decided", Happening.ScalingDecided.class,
                    "alert", Happening.Alert.class,
                    "config.loaded", Happening.ConfigLoaded.class);

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                    .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                    .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
                    .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                    .addMixIn(NodeId.class, AsText.class)
                    .build();

    private EventJson() {}

    /** A node is written as its name. */
    private abstract static class AsText {
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        AsText(String unused) {} // its signature is what counts

        @JsonValue
        abstract String value();
    }

    /** All types there are. */
    static Set<String> types() {
        return TYPES.keySet();
    }

    /** One line. */
    public static String write(GridEvent event) {
        return json(event, null);
    }

    /** For the control channel. */
    public static Payload control(GridEvent event) {
        return Payload.of(json(event, "event"));
    }

    private static String json(GridEvent event, @Nullable String kind) {
        ObjectNode json = JSON.createObjectNode();
        if (kind != null) {
            json.put("kind", kind);
        }
        json.put("id", event.id()).put("type", event.what().type());
        json.put("time_ms", event.timeMs()).put("by", event.by().value());
        json.put("incarnation", event.incarnation());
        json.set("data", JSON.valueToTree(event.what()));
        return JSON.writeValueAsString(json);
    }

    /** True if what came on the control channel is meant to be an event. */
    public static boolean isEvent(Payload control) {
        byte[] bytes = control.bytes();
        int length = CONTROL_BEGIN.length;
        return bytes.length >= length && Arrays.equals(bytes, 0, length, CONTROL_BEGIN, 0, length);
    }

    /** Reads what one of the above wrote; empty if it is of an unknown type, or damaged. */
    public static Optional<GridEvent> read(Payload json) {
        try {
            return read(JSON.readTree(json.bytes()));
        } catch (JacksonException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<GridEvent> read(JsonNode json) {
        Class<? extends Happening> type = TYPES.get(json.path("type").asString(""));
        if (type == null) {
            return Optional.empty();
        }
        return Optional.of(
                new GridEvent(
                        json.required("id").stringValue(),
                        json.required("time_ms").longValue(),
                        new NodeId(json.required("by").stringValue()),
                        json.required("incarnation").longValue(),
                        JSON.treeToValue(json.required("data"), type)));
    }
}
