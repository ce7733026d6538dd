package io.hawser.server.config;

import io.hawser.server.binding.Schema;
import io.hawser.server.binding.Shape;
import io.hawser.server.binding.Shape.Field;
import io.hawser.server.binding.Shape.Section;

import java.util.stream.Collectors;

/**
 * The commented reference file, {@code config/hawser.yaml}, derived from the records. Every key is
 * commented out and shows its default, so that the file as it stands changes nothing and a copy of
 * it does not freeze today's defaults. Stateless.
 */
public final class ConfigReference {
    private static final int WIDTH = 100;

    private static final String HEADER =
            """
            # Configuration of a Hawser node: every key, commented out, with its default.
            # Generated from the code and compared with it in a test: change the code, not this file.
            #
            # Sources, later ones win: the defaults, this file (hawser server --config FILE),
            # environment variables, and --set key=value (hawser server --set node.port=8001).
            # An unknown key or variable is an error. hawser config check FILE lists all problems.
            #
            # Durations: 200ms, 300s, 5m, 1h30m, 30d. Sizes: 512, 64KiB, 1MiB, 2GiB (KB, MB, GB: powers of ten).
            # Lists in a variable: separated by commas, or YAML in brackets.
            """;

    private ConfigReference() {}

    /** The whole file; lines end with a newline. */
    public static String render() {
        StringBuilder out = new StringBuilder(HEADER);
        for (Field field : ConfigLoader.ROOT.fields()) {
            out.append('\n');
            render("", field, "", out);
        }
        return out.toString();
    }

    private static void render(String path, Field field, String indent, StringBuilder out) {
        switch (field.shape()) {
            case Section section -> {
                comment(field.key().doc(), indent, out);
                out.append(indent).append(field.name()).append(":\n");
                keys(Schema.join(path, field.name()), section, indent + "  ", out);
            }
            case Shape.Items _, Shape.Scalar _ -> key(path, field, indent, out);
        }
    }

    private static void keys(String path, Section section, String indent, StringBuilder out) {
        String between = "";
        for (Field field : section.fields()) {
            out.append(between);
            render(path, field, indent, out);
            between = "\n";
        }
    }

    private static void key(String path, Field field, String indent, StringBuilder out) {
        String variable = Schema.variable(Schema.join(path, field.name()));
        comment(field.key().doc(), indent, out);
        comment(variable + ": " + kind(field) + ".", indent, out);
        if (!field.key().example().isEmpty()) {
            out.append(indent).append("# Example: ").append(field.name()).append(": ");
            out.append(field.key().example()).append('\n');
        }
        out.append(indent).append('#').append(field.name()).append(": ");
        out.append(standard(field)).append('\n');
    }

    /** Type, unit and bounds in one sentence, for a list of sections the keys of an item. */
    private static String kind(Field field) {
        return switch (field.shape()) {
            case Shape.Items(Section item) -> "a list of items with " + names(item);
            case Shape.Items _ -> "a list, each item " + field.rule().expected();
            case Shape.Scalar _ -> field.rule().expected();
            case Section _ -> throw new IllegalStateException("a section is no key");
        };
    }

    private static String names(Section item) {
        return item.fields().stream()
                .map(field -> field.name() + " (" + within(field) + ")")
                .collect(Collectors.joining(" and "));
    }

    /** For a section, where the same keys stand; else what the key has to be. */
    private static String within(Field field) {
        if (!(field.shape() instanceof Section section)) {
            return field.rule().expected();
        }
        return "the keys of "
                + ConfigLoader.ROOT.fields().stream()
                        .filter(other -> other.shape().equals(section))
                        .map(Field::name)
                        .findFirst()
                        .orElseThrow();
    }

    /** In a list, what begins with a colon would not be YAML without quotes. */
    private static String standard(Field field) {
        String text = field.key().byDefault();
        if (field.shape() instanceof Shape.Items) {
            return "[" + text.replaceAll("(^|, )(:[^,]*)", "$1\"$2\"") + "]";
        }
        return text.isEmpty() ? "\"\"" : text;
    }

    private static void comment(String text, String indent, StringBuilder out) {
        StringBuilder line = new StringBuilder(indent + "#");
        for (String word : text.split(" ", -1)) {
            if (line.length() + 1 + word.length() > WIDTH) {
                out.append(line).append('\n');
                line = new StringBuilder(indent + "#");
            }
            line.append(' ').append(word);
        }
        out.append(line).append('\n');
    }
}
