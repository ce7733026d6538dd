package io.hawser.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.grid.event.Happening;
import io.hawser.grid.scaling.ScalingDecision;
import io.hawser.grid.scaling.ScalingDecision.Direction;
import io.hawser.grid.scaling.ScalingDecision.Trigger;
import io.hawser.grid.scaling.ScalingFigures;
import io.hawser.server.config.ConfigLoader;
import io.hawser.server.config.ScalingConfig;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What becomes of decisions. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class ScalingPartTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir private Path directory;

    private ScalingConfig config() {
        return ConfigLoader.load(
                        Optional.empty(),
                        Map.of(),
                        List.of(
                                "scaling.command.up=[touch, \"" + directory + "/up-%i\"]",
                                "scaling.command.down=[touch, \"" + directory + "/down-%i\"]"))
                .scaling();
    }

    private static ScalingDecision decision(boolean dryRun, Direction direction, String node) {
        return new ScalingDecision(
                1,
                1,
                "n1",
                dryRun,
                direction,
                Trigger.CLUSTER_UTILISATION,
                "a test",
                3,
                direction == Direction.UP ? 4 : 2,
                List.of(node),
                ScalingFigures.NONE);
    }

    @Test
    void isDryUnlessToldOtherwise() {
        assertThat(config().mode()).isEqualTo(ScalingConfig.Mode.DRY_RUN);
    }

    /** Commands run one after the other: had a dry decision one, it would have run first. */
    @Test
    void aDryRunRunsNoCommand() {
        List<Happening> told = new ArrayList<>();
        try (var part = new ScalingPart(config(), "test", told::add)) {
            for (Direction direction : Direction.values()) {
                part.decided(decision(true, direction, "dry"));
            }
            part.decided(decision(false, Direction.UP, "n4"));
            part.decided(decision(false, Direction.DOWN, "n3"));
            await().atMost(LIMIT).until(() -> Files.exists(directory.resolve("down-n3")));
        }
        assertThat(told)
                .hasSize(4)
                .contains(Happening.ScalingDecided.of(decision(false, Direction.UP, "n4")));
        assertThat(directory)
                .isDirectoryContaining("glob:**/up-n4")
                .isDirectoryNotContaining("glob:**-dry");
    }
}
