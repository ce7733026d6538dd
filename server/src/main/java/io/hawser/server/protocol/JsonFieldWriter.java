package io.hawser.server.protocol;

import io.hawser.grid.pubsub.Payload;

import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;

import java.io.ByteArrayOutputStream;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Writes the fields of one JSON message, leaving out those that are zero unless it is said that
 * they are always there. For one thread.
 */
final class JsonFieldWriter {
    private static final int USUAL_BYTES = 512;

    private static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .disable(JsonWriteFeature.ESCAPE_FORWARD_SLASHES)
                    .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
                    .build();

    private final JsonGenerator out;

    private JsonFieldWriter(JsonGenerator out) {
        this.out = out;
    }

    /** One object with the fields that {@code body} writes. */
    static byte[] write(Consumer<JsonFieldWriter> body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(USUAL_BYTES);
        try (JsonGenerator generator = FACTORY.createGenerator(ObjectWriteContext.empty(), bytes)) {
            generator.writeStartObject();
            body.accept(new JsonFieldWriter(generator));
            generator.writeEndObject();
        }
        return bytes.toByteArray();
    }

    void text(String name, String value) {
        if (!value.isEmpty()) {
            textAlways(name, value);
        }
    }

    void textAlways(String name, String value) {
        out.writeName(name);
        out.writeString(WellFormed.of(value));
    }

    void flag(String name, boolean value) {
        if (value) {
            out.writeBooleanProperty(name, true);
        }
    }

    void number(String name, long value) {
        if (value != 0) {
            numberAlways(name, value);
        }
    }

    void numberAlways(String name, long value) {
        out.writeNumberProperty(name, value);
    }

    /** A uint32 that is held in an int. */
    void uint32(String name, int value) {
        number(name, Integer.toUnsignedLong(value));
    }

    void raw(String name, Payload value) {
        if (!value.isEmpty()) {
            out.writeName(name);
            out.writeRawValue(new RawJson(value.bytes()));
        }
    }

    void object(String name, Consumer<JsonFieldWriter> body) {
        out.writeName(name);
        out.writeStartObject();
        body.accept(this);
        out.writeEndObject();
    }

    <T> void objects(String name, Iterable<T> values, BiConsumer<JsonFieldWriter, T> body) {
        out.writeName(name);
        out.writeStartArray();
        for (T value : values) {
            out.writeStartObject();
            body.accept(this, value);
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    /** A map of objects, there even if it is empty. */
    <T> void mapAlways(String name, Map<String, T> map, BiConsumer<JsonFieldWriter, T> body) {
        object(
                name,
                fields ->
                        map.forEach(
                                (key, value) ->
                                        object(
                                                WellFormed.of(key),
                                                entry -> body.accept(entry, value))));
    }

    <T> void map(String name, Map<String, T> map, BiConsumer<JsonFieldWriter, T> body) {
        if (!map.isEmpty()) {
            mapAlways(name, map, body);
        }
    }

    void texts(String name, Map<String, String> map) {
        if (!map.isEmpty()) {
            object(
                    name,
                    fields -> map.forEach((key, value) -> textAlways(WellFormed.of(key), value)));
        }
    }
}
