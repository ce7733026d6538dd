package io.hawser.server.binding;

import io.hawser.server.binding.Shape.Section;

import java.util.List;
import java.util.function.Consumer;

/** Reads {@code --set key=value} options; the value is YAML. Stateless. */
public final class SetInput {
    private SetInput() {}

    /** Later options win over earlier ones. */
    public static Input.Keys read(Section root, List<String> options, Consumer<Problem> problems) {
        Input.Keys keys = Input.Keys.none("--set");
        for (String option : options) {
            int equals = option.indexOf('=');
            if (equals < 1) {
                // A value may be a secret, so the option is not repeated.
                problems.accept(
                        new Problem(
                                Place.of("--set"),
                                "",
                                "an option is not key=value",
                                "write for example --set node.port=8001"));
                continue;
            }
            String path = option.substring(0, equals).strip();
            Place place = Place.of("--set " + path);
            if (Schema.find(root, path).isEmpty()) {
                problems.accept(unknown(root, place, path));
            } else {
                Input value = value(place, option.substring(equals + 1), problems);
                keys = keys.with(List.of(path.split("\\.")), value);
            }
        }
        return keys;
    }

    /** Nothing after the equals sign is an empty text, so that a key can be emptied. */
    private static Input value(Place place, String yaml, Consumer<Problem> problems) {
        return yaml.isBlank()
                ? new Input.Text(place, "")
                : YamlInput.value(place.source(), yaml, problems);
    }

    private static Problem unknown(Section root, Place place, String path) {
        boolean within = path.contains("[");
        return new Problem(
                place,
                "",
                within ? "addresses an item of a list" : "is no key",
                within
                        ? "give the whole list, for example --set 'namespaces=[{name: ticks}]'"
                        : "the nearest is " + Nearest.of(path, Schema.paths(root)));
    }
}
