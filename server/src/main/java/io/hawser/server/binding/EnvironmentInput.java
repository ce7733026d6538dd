package io.hawser.server.binding;

import io.hawser.server.binding.Shape.Section;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Reads the variables that start with {@code HAWSER_}. Single values are taken as they are; lists
 * are YAML if they start with a bracket, else separated by commas. Stateless.
 */
public final class EnvironmentInput {
    private static final String PREFIX = "HAWSER_";

    /**
     * Variables of the launcher and of the commands that administer a cluster. HAWSER_API_KEY is
     * theirs too, but also a key's: what the commands send is what a node accepts.
     */
    private static final Set<String> RESERVED =
            Set.of(
                    "HAWSER_URL",
                    "HAWSER_WS_URL",
                    "HAWSER_TOKEN",
                    "HAWSER_JAVA_HOME",
                    "HAWSER_JAVA_OPTS",
                    "HAWSER_HOME");

    private EnvironmentInput() {}

    /** What the variables say about the keys under a root. */
    public static Input.Keys read(
            Section root, Map<String, String> environment, Consumer<Problem> problems) {
        Map<String, String> paths = paths(root);
        Input.Keys keys = Input.Keys.none("environment");
        for (Map.Entry<String, String> variable : new TreeMap<>(environment).entrySet()) {
            String name = variable.getKey();
            if (!name.startsWith(PREFIX) || RESERVED.contains(name)) {
                continue;
            }
            String path = paths.get(name);
            if (path == null) {
                problems.accept(unknown(name, paths.keySet()));
            } else {
                Input value =
                        value(place(name), Schema.leaf(root, path), variable.getValue(), problems);
                keys = keys.with(List.of(path.split("\\.")), value);
            }
        }
        return keys;
    }

    /** Path by variable. */
    private static Map<String, String> paths(Section root) {
        Map<String, String> paths = new LinkedHashMap<>();
        Schema.leaves(root).keySet().forEach(path -> paths.put(Schema.variable(path), path));
        return paths;
    }

    private static Place place(String name) {
        return Place.of("environment variable " + name);
    }

    private static Input value(
            Place place, Shape.Field field, String text, Consumer<Problem> problems) {
        if (field.shape() instanceof Shape.Scalar) {
            return new Input.Text(place, text);
        }
        if (text.stripLeading().startsWith("[")) {
            return YamlInput.value(place.source(), text, problems);
        }
        List<Input> items =
                Arrays.stream(text.split(","))
                        .map(String::strip)
                        .filter(item -> !item.isEmpty())
                        .<Input>map(item -> new Input.Text(place, item))
                        .toList();
        return new Input.Items(place, items);
    }

    private static Problem unknown(String name, Set<String> known) {
        return new Problem(
                place(name),
                "",
                "matches no key",
                "the nearest is " + Nearest.of(name, known) + "; rename or unset it");
    }
}
