package io.hawser.server.binding;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * How a value that is one piece of text is read. Immutable.
 *
 * @param expected what the text has to be, continuing "write …"
 * @param read throws IllegalArgumentException if the text is something else
 * @param measure the number that bounds apply to; null if there is none
 * @param secret true if problems must not repeat the text
 */
record ScalarType(
        String expected,
        Function<String, Object> read,
        @Nullable ToLongFunction<Object> measure,
        boolean secret) {

    private static final ScalarType TEXT = new ScalarType("text", text -> text, null, false);

    private static final Map<Class<?>, ScalarType> TYPES =
            Map.of(
                    AddressRange.class,
                    new ScalarType(
                            "an IP address like 10.0.0.7 or a range like 10.0.0.0/8",
                            AddressRange::parse,
                            null,
                            false),
                    boolean.class,
                    new ScalarType("true or false", ScalarType::readBoolean, null, false),
                    int.class,
                    new ScalarType(
                            "a whole number", Integer::valueOf, value -> (Integer) value, false),
                    long.class,
                    new ScalarType("a whole number", Long::valueOf, value -> (Long) value, false),
                    DataSize.class,
                    new ScalarType(
                            "a size like 512, 64KiB or 1MiB",
                            DataSize::parse,
                            value -> ((DataSize) value).bytes(),
                            false),
                    Duration.class,
                    new ScalarType(
                            "a duration like 200ms, 300s, 5m or 30d",
                            DurationText::parse,
                            value -> ((Duration) value).toMillis(),
                            false),
                    String.class,
                    TEXT,
                    Secret.class,
                    new ScalarType("text", Secret::new, null, true),
                    ServiceUri.class,
                    new ScalarType("an address", ServiceUri::new, null, true));

    /**
     * The scalar type of a component.
     *
     * @throws IllegalStateException if there is none: a mistake in a configuration record
     */
    static ScalarType of(Class<?> type) {
        if (type.isEnum()) {
            return ofEnum(type);
        }
        ScalarType known = TYPES.get(type);
        if (known == null) {
            throw new IllegalStateException("no configuration type: " + type);
        }
        return known;
    }

    private static ScalarType ofEnum(Class<?> type) {
        List<?> constants = Arrays.asList(type.getEnumConstants());
        Map<String, Object> byName =
                constants.stream().collect(Collectors.toMap(ScalarType::nameOf, value -> value));
        String names = constants.stream().map(ScalarType::nameOf).collect(Collectors.joining(", "));
        return new ScalarType("one of " + names, text -> find(byName, text), null, false);
    }

    private static Object find(Map<String, Object> byName, String text) {
        Object constant = byName.get(text);
        if (constant == null) {
            throw new IllegalArgumentException(text);
        }
        return constant;
    }

    private static String nameOf(Object constant) {
        return constant.toString().toLowerCase(Locale.ROOT);
    }

    private static Object readBoolean(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(text);
        };
    }
}
