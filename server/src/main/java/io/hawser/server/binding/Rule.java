package io.hawser.server.binding;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a {@link Key} demands of a value. Immutable.
 *
 * @param type null for sections and lists of sections, which have no rule of their own
 */
public record Rule(
        Key key,
        @Nullable ScalarType type,
        @Nullable Pattern pattern,
        long smallest,
        long largest) {

    public static Rule of(Key key, Shape shape) {
        return switch (shape) {
            case Shape.Section _ -> new Rule(key, null, null, Long.MIN_VALUE, Long.MAX_VALUE);
            case Shape.Items items -> of(key, items.element());
            case Shape.Scalar scalar -> ofScalar(key, scalar.type());
        };
    }

    private static Rule ofScalar(Key key, ScalarType type) {
        return new Rule(
                key,
                type,
                key.pattern().isEmpty() ? null : Pattern.compile(key.pattern()),
                bound(type, key.min(), Long.MIN_VALUE),
                bound(type, key.max(), Long.MAX_VALUE));
    }

    private static long bound(ScalarType type, String text, long none) {
        ToLongFunction<Object> measure = type.measure();
        if (text.isEmpty()) {
            return none;
        }
        if (measure == null) {
            throw new IllegalStateException("a bound on what is no number: " + text);
        }
        return measure.applyAsLong(type.read().apply(text));
    }

    /** What came out of reading a text. */
    public sealed interface Reading {
        /** A value that keeps the rule. */
        record Good(Object value) implements Reading {}

        /** No such value; {@code what} continues "key: …". */
        record Bad(String what) implements Reading {}
    }

    /** Reads a text and applies the rule. */
    public Reading read(String text) {
        ScalarType scalar = scalar();
        Object value;
        try {
            value = scalar.read().apply(text);
        } catch (IllegalArgumentException _) {
            return new Reading.Bad(quote(text) + " is not " + scalar.expected());
        }
        return broken(value)
                .<Reading>map(Reading.Bad::new)
                .orElseGet(() -> new Reading.Good(value));
    }

    /** The default, which may break the rule: then the key has to be given. */
    public Object readDefault() {
        return scalar().read().apply(key.byDefault());
    }

    /** The default of a list. */
    public List<Object> readDefaultItems() {
        return key.byDefault().isEmpty()
                ? List.of()
                : Stream.of(key.byDefault().split(", ")).map(scalar().read()).toList();
    }

    /** What is wrong with a value, continuing "key: …"; empty if it keeps the rule. */
    public Optional<String> broken(Object value) {
        ScalarType scalar = scalar();
        if (scalar.measure() != null) {
            long number = scalar.measure().applyAsLong(value);
            return number < smallest || number > largest
                    ? Optional.of(value(value) + " is out of range")
                    : Optional.empty();
        }
        return pattern != null && !pattern.matcher(text(value)).matches()
                ? Optional.of(quote(text(value)) + " is not allowed")
                : Optional.empty();
    }

    /** What to write instead. */
    public String advice() {
        String standard = key.byDefault();
        return "write " + expected() + (standard.isEmpty() ? "" : " (default " + standard + ")");
    }

    /** What a value has to be, with its unit and bounds. */
    public String expected() {
        String words = key.expects().isEmpty() ? scalar().expected() : key.expects();
        String unit = key.unit().isEmpty() ? "" : " of " + key.unit();
        String from = key.min().isEmpty() ? "" : " from " + key.min();
        String to = key.max().isEmpty() ? "" : " to " + key.max();
        return words + unit + (from.isEmpty() && to.isEmpty() ? "" : "," + from + to);
    }

    private ScalarType scalar() {
        if (type == null) {
            throw new IllegalStateException("a section has no rule");
        }
        return type;
    }

    private String quote(String text) {
        return scalar().secret() ? "the value (not shown)" : "\"" + text + "\"";
    }

    private static String value(Object value) {
        return value instanceof Duration duration ? DurationText.of(duration) : value.toString();
    }

    private static String text(Object value) {
        return switch (value) {
            case Secret secret -> secret.reveal();
            case ServiceUri uri -> uri.reveal();
            default -> value.toString();
        };
    }
}
