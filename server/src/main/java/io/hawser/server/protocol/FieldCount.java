package io.hawser.server.protocol;

import io.hawser.grid.pubsub.Payload;

import java.util.Collection;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Counts the fields of an object without looking into them. For one thread. */
final class FieldCount implements NamedFieldWriter {
    private int count;

    private FieldCount() {}

    /** How many fields {@code body} writes. */
    static int of(Consumer<NamedFieldWriter> body) {
        FieldCount fields = new FieldCount();
        body.accept(fields);
        return fields.count;
    }

    @Override
    public void textAlways(String name, String value) {
        count++;
    }

    @Override
    public void flagAlways(String name, boolean value) {
        count++;
    }

    @Override
    public void numberAlways(String name, long value) {
        count++;
    }

    @Override
    public void payloadAlways(String name, Payload value) {
        count++;
    }

    @Override
    public void object(String name, Consumer<NamedFieldWriter> body) {
        count++;
    }

    @Override
    public <T> void objects(
            String name, Collection<T> values, BiConsumer<NamedFieldWriter, T> body) {
        count++;
    }

    @Override
    public <T> void entries(String name, Map<String, T> map, Entry<T> entry) {
        count++;
    }
}
