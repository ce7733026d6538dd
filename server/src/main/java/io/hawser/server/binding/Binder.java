package io.hawser.server.binding;

import io.hawser.server.binding.Rule.Reading;
import io.hawser.server.binding.Shape.Field;
import io.hawser.server.binding.Shape.Section;

import org.jspecify.annotations.Nullable;

import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Builds the records from the merged sources and reports what their constructors refuse. Values
 * that {@link InputCheck} has reported already are replaced by their defaults, and faults that may
 * only be a consequence of that are left out. Used once, confined to one thread.
 */
public final class Binder {
    private final Consumer<Problem> problems;
    private final Map<String, Place> places = new HashMap<>();
    private final Set<String> replaced = new HashSet<>();

    public Binder(Consumer<Problem> problems) {
        this.problems = problems;
    }

    /** A record of what is given; empty if its own constructor refuses it. */
    public <R extends Record> Optional<R> bind(Class<R> type, Input input) {
        return build(Schema.section(type), "", input).map(type::cast);
    }

    private Optional<Object> value(Shape shape, Field field, String path, @Nullable Input input) {
        if (input != null) {
            places.put(path, input.place());
        }
        return switch (shape) {
            case Section section -> section(section, path, input);
            case Shape.Items items -> Optional.of(items(items, field, path, input));
            case Shape.Scalar _ -> scalar(field, path, input);
        };
    }

    /** Empty for an unusable item of a list: the default is the whole list's. */
    private Optional<Object> scalar(Field field, String path, @Nullable Input input) {
        if (input instanceof Input.Text text
                && field.rule().read(text.text()) instanceof Reading.Good good) {
            return Optional.of(good.value());
        }
        noteIfGiven(path, input);
        return field.shape() instanceof Shape.Items
                ? Optional.empty()
                : Optional.of(field.rule().readDefault());
    }

    private void noteIfGiven(String path, @Nullable Input unusable) {
        if (unusable != null) {
            replaced.add(path);
        }
    }

    private List<Object> items(Shape.Items shape, Field field, String path, @Nullable Input input) {
        if (input == null || input instanceof Input.Nothing) {
            return shape.element() instanceof Shape.Scalar
                    ? field.rule().readDefaultItems()
                    : List.of();
        }
        if (!(input instanceof Input.Items given)) {
            noteIfGiven(path, input);
            return List.of();
        }
        List<Object> items = new ArrayList<>();
        boolean shifted = false;
        for (int i = 0; i < given.items().size(); i++) {
            String at = path + "[" + i + "]";
            Optional<Object> item = value(shape.element(), field, at, given.items().get(i));
            if (item.isEmpty() || replaced.contains(at)) {
                shifted = true;
            } else {
                items.add(item.get());
            }
            // Behind an item that is left out a fault's index would name the wrong item.
            if (shifted) {
                replaced.add(at);
            }
        }
        return items;
    }

    /**
     * A refused section is replaced by its defaults, so that the sections around it are checked.
     */
    private Optional<Object> section(Section section, String path, @Nullable Input input) {
        if (!(input instanceof Input.Keys || input instanceof Input.Nothing || input == null)) {
            replaced.add(path);
        }
        Optional<Object> built = build(section, path, input);
        if (built.isPresent()) {
            return built;
        }
        replaced.add(path);
        return new Binder(_ -> {}).build(section, "", null);
    }

    private Optional<Object> build(Section section, String path, @Nullable Input input) {
        Object[] components = new Object[section.fields().size()];
        for (int i = 0; i < components.length; i++) {
            Field field = section.fields().get(i);
            Optional<Object> value =
                    value(
                            field.shape(),
                            field,
                            Schema.join(path, field.name()),
                            given(input, field.name()));
            if (value.isEmpty()) {
                return Optional.empty();
            }
            components[i] = value.get();
        }
        return construct(section.type(), path, components);
    }

    private static @Nullable Input given(@Nullable Input input, String name) {
        if (!(input instanceof Input.Keys keys)) {
            return null;
        }
        Input.Entry entry = keys.entries().get(name);
        return entry == null ? null : entry.value();
    }

    private Optional<Object> construct(
            Class<? extends Record> type, String path, Object[] components) {
        try {
            return Optional.of(type.getDeclaredConstructors()[0].newInstance(components));
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof InvalidRecordException invalid) {
                invalid.faults().forEach(fault -> report(path, fault));
                return Optional.empty();
            }
            throw new IllegalStateException("cannot construct " + type, e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot construct " + type, e);
        }
    }

    private void report(String path, Fault fault) {
        List<String> keys = fault.keys().stream().map(key -> Schema.join(path, key)).toList();
        if (keys.stream().anyMatch(this::isReplaced)) {
            return;
        }
        String blamed = keys.stream().filter(places::containsKey).findFirst().orElse("");
        problems.accept(
                new Problem(
                        placeOf(blamed.isEmpty() ? path : blamed),
                        keys.getFirst(),
                        blamed.isEmpty() ? "is missing" : fault.what(),
                        fault.advice()));
    }

    private boolean isReplaced(String key) {
        return replaced.stream()
                .anyMatch(
                        gone ->
                                key.equals(gone)
                                        || key.startsWith(gone + ".")
                                        || key.startsWith(gone + "["));
    }

    private Place placeOf(String key) {
        return places.getOrDefault(key, Place.of("defaults"));
    }
}
