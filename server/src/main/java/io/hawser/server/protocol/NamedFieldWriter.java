package io.hawser.server.protocol;

import io.hawser.grid.pubsub.Payload;

import java.util.Collection;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Writes the fields of a message by their names, as in JSON, leaving out those that are zero unless
 * it is said that they are always there. A body writes the fields of one object; it may be run more
 * than once, so it must do nothing else. For one thread.
 */
interface NamedFieldWriter {
    /** Writes one entry of a map as a field. */
    interface Entry<T> {
        void write(NamedFieldWriter out, String key, T value);
    }

    void textAlways(String name, String value);

    void flagAlways(String name, boolean value);

    void numberAlways(String name, long value);

    void payloadAlways(String name, Payload value);

    void object(String name, Consumer<NamedFieldWriter> body);

    /** An array of objects, there even if it is empty. */
    <T> void objects(String name, Collection<T> values, BiConsumer<NamedFieldWriter, T> body);

    /** An object with one field an entry, there even if it is empty. */
    <T> void entries(String name, Map<String, T> map, Entry<T> entry);

    default void text(String name, String value) {
        if (!value.isEmpty()) {
            textAlways(name, value);
        }
    }

    default void flag(String name, boolean value) {
        if (value) {
            flagAlways(name, true);
        }
    }

    default void number(String name, long value) {
        if (value != 0) {
            numberAlways(name, value);
        }
    }

    /** A uint32 that is held in an int. */
    default void uint32(String name, int value) {
        number(name, Integer.toUnsignedLong(value));
    }

    default void payload(String name, Payload value) {
        if (!value.isEmpty()) {
            payloadAlways(name, value);
        }
    }

    /** A payload that is no JSON value: in JSON the string of its UTF-8 text. */
    default void opaque(String name, Payload value) {
        payload(name, value);
    }

    /** A map of objects, there even if it is empty. */
    default <T> void mapAlways(
            String name, Map<String, T> map, BiConsumer<NamedFieldWriter, T> body) {
        entries(
                name,
                map,
                (out, key, value) -> out.object(key, fields -> body.accept(fields, value)));
    }

    default <T> void map(String name, Map<String, T> map, BiConsumer<NamedFieldWriter, T> body) {
        if (!map.isEmpty()) {
            mapAlways(name, map, body);
        }
    }

    default void texts(String name, Map<String, String> map) {
        if (!map.isEmpty()) {
            entries(name, map, NamedFieldWriter::textAlways);
        }
    }
}
