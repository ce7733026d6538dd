package io.hawser.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.server.binding.DataSize;
import io.hawser.server.binding.InvalidRecordException;
import io.hawser.server.binding.Schema;
import io.hawser.server.binding.Secret;
import io.hawser.server.binding.ServiceUri;
import io.hawser.server.binding.Shape;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The records themselves, whoever constructs them. */
class RecordsTest {
    private static final HawserConfig DEFAULTS =
            ConfigLoader.load(Optional.empty(), Map.of(), List.of());

    static Stream<Record> sections() throws ReflectiveOperationException {
        List<Record> sections = new ArrayList<>();
        for (var component : HawserConfig.class.getRecordComponents()) {
            if (component.getAccessor().invoke(DEFAULTS) instanceof Record section) {
                sections.add(section);
            }
        }
        return sections.stream();
    }

    @ParameterizedTest
    @MethodSource("sections")
    void everyConstructorChecksEveryRule(Record section) throws ReflectiveOperationException {
        Object[] components = components(section);
        List<Shape.Field> fields = Schema.section(section.getClass()).fields();
        for (int i = 0; i < components.length; i++) {
            Shape.Field field = fields.get(i);
            Object bad = bad(field, components[i]);
            if (field.shape() instanceof Shape.Scalar && bad != null) {
                Object[] changed = components.clone();
                changed[i] = bad;
                assertThatThrownBy(
                                () ->
                                        section.getClass()
                                                .getDeclaredConstructors()[0]
                                                .newInstance(changed))
                        .as(field.name())
                        .hasRootCauseInstanceOf(InvalidRecordException.class)
                        .rootCause()
                        .hasMessageContaining(field.name());
            }
        }
    }

    @Test
    void aConstructorNamesAllThatIsWrong() {
        assertThatThrownBy(() -> new AdminConfig(" ", -1))
                .isInstanceOf(InvalidRecordException.class)
                .hasMessageContaining("host: ")
                .hasMessageContaining("port: -1 is out of range");
    }

    private static GridConfig grid(List<String> seeds) {
        return new GridConfig(
                "c",
                new Secret(""),
                "h",
                1,
                0,
                Duration.ofMillis(200),
                Duration.ofMillis(900),
                seeds);
    }

    @Test
    void listsAreCopied() {
        List<String> seeds = new ArrayList<>(List.of("a"));
        GridConfig grid = grid(seeds);
        seeds.add("b");

        assertThat(grid.seeds()).containsExactly("a");
    }

    @Test
    void noPrintOutShowsASecret() {
        HawserConfig config =
                ConfigLoader.load(
                        Optional.empty(),
                        Map.of(),
                        List.of(
                                "api.key=hunter2",
                                "grid.secret=hunter2",
                                "token.hmac_secret=hunter2",
                                "database.password=hunter2",
                                "database.url=jdbc:postgresql://h/d?password=hunter2",
                                "redis.uri=redis://:hunter2@h:6379"));

        assertThat(config.toString()).contains("***").doesNotContain("hunter2");
    }

    @Test
    void variablesAreUnambiguous() {
        List<String> variables =
                Schema.leaves(ConfigLoader.ROOT).keySet().stream().map(Schema::variable).toList();

        assertThat(new HashSet<>(variables)).hasSameSizeAs(variables);
        assertThat(variables).contains("HAWSER_NODE_ID", "HAWSER_CLIENT_QUEUE_MAX_SIZE");
    }

    @Test
    void everySectionOfTheRootIsCoveredHere() throws ReflectiveOperationException {
        assertThat(sections()).hasSize(HawserConfig.class.getRecordComponents().length - 1);
    }

    private static Object[] components(Record section) throws ReflectiveOperationException {
        var components = section.getClass().getRecordComponents();
        Object[] values = new Object[components.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = components[i].getAccessor().invoke(section);
        }
        return values;
    }

    /**
     * A value just beyond the upper bound, or a text that no pattern allows; null without a rule.
     */
    private static @Nullable Object bad(Shape.Field field, Object good) {
        long largest = field.rule().largest();
        boolean bounded = largest != Long.MAX_VALUE;
        boolean patterned = field.rule().pattern() != null;
        return switch (good) {
            case Integer _ when bounded -> Math.toIntExact(largest + 1);
            case DataSize _ when bounded -> new DataSize(largest + 1);
            case Duration _ when bounded -> Duration.ofMillis(largest + 1);
            case String _ when patterned -> " \n";
            case ServiceUri _ when patterned -> new ServiceUri(" \n");
            default -> null;
        };
    }
}
