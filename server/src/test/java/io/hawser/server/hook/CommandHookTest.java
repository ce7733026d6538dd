package io.hawser.server.hook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.server.hook.HookOutcomes.Outcome;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Commands that end well, fail, hang, do not exist, or leave something running. */
@EnabledOnOs({OS.LINUX, OS.MAC})
@Timeout(60)
class CommandHookTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir private Path directory;

    private static void awaitOutcomes(CommandHook hook, long done, long failed) {
        await().atMost(PATIENCE)
                .until(
                        () ->
                                hook.outcomes().count(Outcome.DONE) == done
                                        && hook.outcomes().count(Outcome.FAILED) == failed);
    }

    private static List<String> shell(String script) {
        return List.of("/bin/sh", "-c", script);
    }

    @Test
    void argumentsArriveAsTheyAre() throws IOException {
        Path file = directory.resolve("a b;$(c)");
        try (var hook = new CommandHook(PATIENCE)) {
            hook.run("test", List.of("touch", file.toString()), Map.of());
            awaitOutcomes(hook, 1, 0);
        }
        assertThat(file).exists();
    }

    @Test
    void theEnvironmentIsOursWithoutOurConfiguration() throws IOException {
        Path file = directory.resolve("env");
        try (var hook = new CommandHook(PATIENCE)) {
            hook.run("test", shell("env > " + file), Map.of("SCALING_NODE", "n4"));
            awaitOutcomes(hook, 1, 0);
        }
        assertThat(Files.readAllLines(file))
                .contains("SCALING_NODE=n4")
                .anyMatch(line -> line.startsWith("PATH="))
                .noneMatch(line -> line.startsWith("HAWSER_"));
    }

    @Test
    void afterFailuresTheNextOneRuns() {
        try (var hook = new CommandHook(PATIENCE)) {
            hook.run("missing", List.of(directory.resolve("nothing").toString()), Map.of());
            hook.run("failing", shell("echo no; exit 3"), Map.of());
            hook.run("good", shell("echo yes"), Map.of());
            awaitOutcomes(hook, 1, 2);
        }
    }

    @Test
    void whatHangsIsKilledWithItsChildren() throws IOException {
        Path file = directory.resolve("pids");
        try (var hook = new CommandHook(Duration.ofMillis(500))) {
            // On a busy machine it may be killed before it has begun: once more then.
            for (int tries = 1; tries == 1 || !Files.exists(file); tries++) {
                hook.run("hanging", hanging(file), Map.of());
                awaitOutcomes(hook, 0, tries);
            }
            for (String pid : Files.readString(file).strip().split(" ", -1)) {
                await().atMost(PATIENCE).until(() -> !runs(pid));
            }
        }
    }

    /** The file is there once it is whole. */
    private static List<String> hanging(Path file) {
        String part = file + ".part";
        return shell("sleep 300 & echo $! $$ > %s; mv %s %s; wait".formatted(part, part, file));
    }

    @Test
    void whatEndsWellMayLeaveSomethingRunning() throws IOException {
        Path file = directory.resolve("pid");
        try (var hook = new CommandHook(PATIENCE)) {
            // It keeps the output open, which must not hold up the hook.
            hook.run("starting", shell("sleep 300 & echo $! > " + file), Map.of());
            awaitOutcomes(hook, 1, 0);
            hook.run("next", shell("exit 0"), Map.of());
            awaitOutcomes(hook, 2, 0);
        }
        String pid = Files.readString(file).strip();
        assertThat(runs(pid)).isTrue();
        ProcessHandle.of(Long.parseLong(pid)).orElseThrow().destroyForcibly();
    }

    @Test
    void closingEndsWhatIsUnderWay() throws IOException {
        Path file = directory.resolve("pid");
        try (var hook = new CommandHook(PATIENCE)) {
            hook.run("long", shell("echo $$ > " + file + "; exec sleep 300"), Map.of());
            await().atMost(PATIENCE)
                    .until(() -> Files.exists(file) && !Files.readString(file).isEmpty());
        }
        String pid = Files.readString(file).strip();
        await().atMost(PATIENCE).until(() -> !runs(pid));
    }

    @Test
    void tooManyAreDropped() {
        try (var hook = new CommandHook(PATIENCE)) {
            for (int i = 0; i < 40; i++) {
                hook.run("many", List.of("sleep", "300"), Map.of());
            }
            assertThat(hook.outcomes().count(Outcome.DROPPED)).isBetween(23L, 24L);
        }
    }

    private static boolean runs(String pid) {
        return ProcessHandle.of(Long.parseLong(pid)).map(ProcessHandle::isAlive).orElse(false);
    }
}
