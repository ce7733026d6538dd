package io.hawser.server.protocol;

import io.hawser.grid.pubsub.Payload;

import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;

import java.io.ByteArrayOutputStream;
import java.util.Collection;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Writes the fields of one JSON message. For one thread. */
final class JsonFieldWriter implements NamedFieldWriter {
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
    static byte[] write(Consumer<NamedFieldWriter> body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(USUAL_BYTES);
        try (JsonGenerator generator = FACTORY.createGenerator(ObjectWriteContext.empty(), bytes)) {
            generator.writeStartObject();
            body.accept(new JsonFieldWriter(generator));
            generator.writeEndObject();
        }
        return bytes.toByteArray();
    }

    @Override
    public void textAlways(String name, String value) {
        out.writeName(name);
        out.writeString(WellFormed.of(value));
    }

    @Override
    public void flagAlways(String name, boolean value) {
        out.writeBooleanProperty(name, value);
    }

    @Override
    public void numberAlways(String name, long value) {
        out.writeNumberProperty(name, value);
    }

    @Override
    public void payloadAlways(String name, Payload value) {
        out.writeName(name);
        out.writeRawValue(new RawJson(value.bytes()));
    }

    @Override
    public void opaque(String name, Payload value) {
        out.writeName(name);
        out.writeUTF8String(value.bytes(), 0, value.size());
    }

    @Override
    public void object(String name, Consumer<NamedFieldWriter> body) {
        out.writeName(name);
        out.writeStartObject();
        body.accept(this);
        out.writeEndObject();
    }

    @Override
    public <T> void objects(
            String name, Collection<T> values, BiConsumer<NamedFieldWriter, T> body) {
        out.writeName(name);
        out.writeStartArray();
        for (T value : values) {
            out.writeStartObject();
            body.accept(this, value);
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    @Override
    public <T> void entries(String name, Map<String, T> map, Entry<T> entry) {
        out.writeName(name);
        out.writeStartObject();
        map.forEach((key, value) -> entry.write(this, WellFormed.of(key), value));
        out.writeEndObject();
    }
}
