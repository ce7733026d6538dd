package io.hawser.server.config;

import io.hawser.server.binding.Binder;
import io.hawser.server.binding.EnvironmentInput;
import io.hawser.server.binding.Input;
import io.hawser.server.binding.InputCheck;
import io.hawser.server.binding.Place;
import io.hawser.server.binding.Problem;
import io.hawser.server.binding.Schema;
import io.hawser.server.binding.SetInput;
import io.hawser.server.binding.Shape.Section;
import io.hawser.server.binding.YamlInput;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Loads a node's configuration. Sources in rising precedence: the defaults, a YAML file,
 * environment variables, {@code --set} options. Thread-safe.
 */
public final class ConfigLoader {
    static final Section ROOT = Schema.section(HawserConfig.class);

    private ConfigLoader() {}

    /**
     * Loads a configuration.
     *
     * @param file a YAML file; without one the other sources hold
     * @param environment of which the variables named {@code HAWSER_*} are read
     * @param sets options {@code key=value}, of which later ones win
     * @throws ConfigException with all problems of all sources
     */
    public static HawserConfig load(
            Optional<Path> file, Map<String, String> environment, List<String> sets) {
        Set<Problem> problems = new LinkedHashSet<>();
        List<Input> sources = new ArrayList<>();
        file.ifPresent(path -> sources.add(read(path, problems)));
        sources.add(EnvironmentInput.read(ROOT, environment, problems::add));
        sources.add(SetInput.read(ROOT, sets, problems::add));

        sources.forEach(new InputCheck(ROOT, problems::add)::check);
        Optional<HawserConfig> config = Optional.empty();
        // Without the file, what only keys together can be wrong about cannot be told.
        if (sources.stream().noneMatch(Input.Unreadable.class::isInstance)) {
            Input merged = sources.stream().reduce(Input.Keys.none("defaults"), Input::merge);
            config = new Binder(problems::add).bind(HawserConfig.class, merged);
        }
        if (!problems.isEmpty()) {
            throw new ConfigException(List.copyOf(problems));
        }
        return config.orElseThrow(() -> new IllegalStateException("refused without a problem"));
    }

    private static Input read(Path file, Set<Problem> problems) {
        String name = file.toString();
        try {
            return YamlInput.file(name, Files.readString(file), problems::add);
        } catch (IOException e) {
            problems.add(
                    new Problem(
                            Place.of(name),
                            "",
                            "cannot be read: " + reason(e),
                            "give a readable YAML file in UTF-8, or none"));
            return new Input.Unreadable(Place.of(name));
        }
    }

    private static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "there is no such file";
            case CharacterCodingException _ -> "it is not UTF-8";
            default -> e.toString();
        };
    }
}
