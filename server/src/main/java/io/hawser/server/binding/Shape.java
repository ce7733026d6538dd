package io.hawser.server.binding;

import java.util.List;
import java.util.Optional;

/** What a configuration record's component holds, found by reflection. Immutable. */
public sealed interface Shape {
    /** One piece of text. */
    record Scalar(ScalarType type) implements Shape {}

    /** A list. */
    record Items(Shape element) implements Shape {}

    /** A record of its own, with keys. */
    record Section(Class<? extends Record> type, List<Field> fields) implements Shape {
        Optional<Field> field(String name) {
            return fields.stream().filter(field -> field.name().equals(name)).findFirst();
        }
    }

    /**
     * A component.
     *
     * @param name as in YAML: snake case
     */
    record Field(String name, Key key, Shape shape, Rule rule) {}
}
