package io.hawser.server.binding;

import io.hawser.server.binding.Shape.Field;
import io.hawser.server.binding.Shape.Items;
import io.hawser.server.binding.Shape.Scalar;
import io.hawser.server.binding.Shape.Section;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The keys that the configuration records define, by reflection. Thread-safe; mistakes in the
 * records are IllegalStateExceptions at first use.
 */
public final class Schema {
    private static final ClassValue<Section> SECTIONS =
            new ClassValue<>() {
                @Override
                protected Section computeValue(Class<?> type) {
                    return read(type.asSubclass(Record.class));
                }
            };

    private Schema() {}

    /** The keys of a record, and of the records in it. */
    public static Section section(Class<? extends Record> type) {
        return SECTIONS.get(type);
    }

    /**
     * The keys that a variable or {@code --set} can give as a whole, by path, in reference order.
     */
    public static Map<String, Field> leaves(Section root) {
        Map<String, Field> leaves = new LinkedHashMap<>();
        collect("", root, leaves);
        return leaves;
    }

    /**
     * The key of a path that {@link #leaves} has.
     *
     * @throws IllegalArgumentException if there is none
     */
    static Field leaf(Section root, String path) {
        return find(root, path).orElseThrow(() -> new IllegalArgumentException("no key: " + path));
    }

    /** The key or section of a path; keys within lists have none. */
    static Optional<Field> find(Section root, String path) {
        Shape shape = root;
        Optional<Field> found = Optional.empty();
        for (String name : path.split("\\.", -1)) {
            found = shape instanceof Section section ? section.field(name) : Optional.empty();
            if (found.isEmpty()) {
                return found;
            }
            shape = found.get().shape();
        }
        return found;
    }

    /** Every path, sections and the keys within lists ({@code namespaces[].name}) included. */
    static List<String> paths(Section root) {
        List<String> paths = new ArrayList<>();
        walk("", root, paths);
        return paths;
    }

    /** The environment variable of a path. */
    public static String variable(String path) {
        return "HAWSER_" + path.toUpperCase(Locale.ROOT).replace('.', '_');
    }

    public static String join(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    private static void collect(String path, Section section, Map<String, Field> leaves) {
        for (Field field : section.fields()) {
            String below = join(path, field.name());
            switch (field.shape()) {
                case Section inner -> collect(below, inner, leaves);
                case Items _, Scalar _ -> leaves.put(below, field);
            }
        }
    }

    private static void walk(String path, Shape shape, List<String> paths) {
        switch (shape) {
            case Scalar _ -> {}
            case Items items -> walk(path + "[]", items.element(), paths);
            case Section section -> {
                for (Field field : section.fields()) {
                    String below = join(path, field.name());
                    paths.add(below);
                    walk(below, field.shape(), paths);
                }
            }
        }
    }

    private static Section read(Class<? extends Record> type) {
        return new Section(
                type, Arrays.stream(type.getRecordComponents()).map(Schema::field).toList());
    }

    private static Field field(RecordComponent component) {
        Key key = component.getAnnotation(Key.class);
        if (key == null) {
            throw new IllegalStateException("without @Key: " + component);
        }
        Shape shape = shape(component);
        return new Field(snakeCase(component.getName()), key, shape, Rule.of(key, shape));
    }

    private static Shape shape(RecordComponent component) {
        if (component.getGenericType() instanceof ParameterizedType list
                && list.getRawType() == List.class
                && list.getActualTypeArguments()[0] instanceof Class<?> element) {
            return new Items(single(element));
        }
        return single(component.getType());
    }

    private static Shape single(Class<?> type) {
        return type.isRecord() && type != DataSize.class && !isText(type)
                ? section(type.asSubclass(Record.class))
                : new Scalar(ScalarType.of(type));
    }

    private static boolean isText(Class<?> type) {
        return type == Secret.class || type == ServiceUri.class;
    }

    private static String snakeCase(String name) {
        return name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }
}
