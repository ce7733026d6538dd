package io.hawser.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.server.binding.Schema;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class ConfigReferenceTest {
    /** Surefire runs in the module's directory. */
    private static final Path FILE = Path.of("..", "config", "hawser.yaml");

    private static final HawserConfig DEFAULTS =
            ConfigLoader.load(Optional.empty(), Map.of(), List.of());

    @Test
    void theFileIsWhatTheCodeSays() throws IOException {
        if (System.getProperty("hawser.reference", "").equals("write")) {
            Files.createDirectories(FILE.getParent());
            Files.writeString(FILE, ConfigReference.render());
        }
        assertThat(Files.readString(FILE))
                .as(
                        "config/hawser.yaml; write it anew with: mvn -pl server -am test"
                                + " -Dtest=ConfigReferenceTest -Dhawser.reference=write"
                                + " -Dsurefire.failIfNoSpecifiedTests=false")
                .isEqualTo(ConfigReference.render());
    }

    @Test
    void asItStandsItGivesTheDefaults() {
        assertThat(ConfigLoader.load(Optional.of(FILE), Map.of(), List.of())).isEqualTo(DEFAULTS);
    }

    @Test
    void withEveryKeyTakenInItGivesTheDefaults(@TempDir Path directory) throws IOException {
        String all = ConfigReference.render().replaceAll("(?m)^( *)#([a-z_]+:)", "$1$2");
        Path file = Files.writeString(directory.resolve("all.yaml"), all);

        assertThat(all).contains("\n  port: 8000\n", "\nnamespaces: []\n");
        assertThat(ConfigLoader.load(Optional.of(file), Map.of(), List.of())).isEqualTo(DEFAULTS);
    }

    @Test
    void everyKeyStandsThereOnceWithItsVariable() {
        List<String> lines = ConfigReference.render().lines().map(String::strip).toList();

        Schema.leaves(ConfigLoader.ROOT)
                .forEach(
                        (path, field) -> {
                            assertThat(field.key().doc()).as(path).endsWith(".");
                            assertThat(String.join(" ", lines))
                                    .containsOnlyOnce("# " + Schema.variable(path) + ": ");
                            assertThat(lines)
                                    .anyMatch(line -> line.startsWith("#" + field.name() + ": "));
                        });
    }

    @Test
    void everyExampleLoads() {
        List<String> sets =
                Schema.leaves(ConfigLoader.ROOT).entrySet().stream()
                        .filter(leaf -> !leaf.getValue().key().example().isEmpty())
                        .map(leaf -> leaf.getKey() + "=" + leaf.getValue().key().example())
                        .toList();

        assertThat(sets).isNotEmpty();
        for (String set : sets) {
            assertThat(
                            ConfigLoader.load(
                                    Optional.empty(), Map.of(), List.of("broker.type=redis", set)))
                    .as(set)
                    .isNotEqualTo(DEFAULTS);
        }
    }
}
