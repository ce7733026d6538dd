package io.hawser.devkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

class ManagedProcessIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    @Test
    void awaitsOutputPrintedBeforeAndAfter() {
        try (var process = shell("echo one; echo two >&2; read -r x; sleep 100")) {
            assertThat(process.awaitOutput(line -> line.equals("two"), SOON)).isEqualTo("two");
            assertThat(process.awaitOutput(Pattern.compile("^o.e"), SOON)).isEqualTo("one");
        }
        try (var process =
                shell("trap 'echo again' USR1; echo ready; while :; do sleep 0.01; done")) {
            process.awaitOutput(line -> line.equals("ready"), SOON);
            long seen = process.outputLines();
            process.signal(Signal.USR1);
            assertThat(process.awaitOutput(seen, line -> true, SOON)).isEqualTo("again");
        }
    }

    @Test
    void failsWithCommandAndOutputWhenTheLineDoesNotCome() {
        try (var process = shell("echo some news; exit 3")) {
            assertThatThrownBy(() -> process.awaitOutput(line -> line.equals("other"), SOON))
                    .isInstanceOf(ServiceFailedException.class)
                    .hasMessageContaining("ended without printing")
                    .hasMessageContaining("sh -c echo some news")
                    .hasMessageContaining("    some news");
        }
        try (var process = shell("echo some news; sleep 100")) {
            process.awaitOutput(line -> line.equals("some news"), SOON);
            assertThatThrownBy(
                            () ->
                                    process.awaitOutput(
                                            line -> line.equals("other"), Duration.ofMillis(50)))
                    .isInstanceOf(ServiceFailedException.class)
                    .hasMessageContaining("PT0.05S")
                    .hasMessageContaining("still running")
                    .hasMessageContaining("some news");
        }
    }

    @Test
    void namesAProgramThatIsMissing() {
        assertThatThrownBy(() -> ManagedProcess.builder("it", "no-such-program").start())
                .isInstanceOf(ServiceFailedException.class)
                .hasMessage("it cannot be started: no program no-such-program");
    }

    @Test
    void givesTheExitCode() {
        try (var process = shell("exit 7")) {
            assertThat(process.awaitExit(SOON)).isEqualTo(7);
            assertThat(process.isAlive()).isFalse();
        }
        try (var process = shell("sleep 100")) {
            process.signal(Signal.KILL);
            assertThat(process.awaitExit(SOON)).isEqualTo(128 + 9);
        }
        try (var process = shell("sleep 100")) {
            assertThatThrownBy(() -> process.awaitExit(Duration.ofMillis(20)))
                    .isInstanceOf(ServiceFailedException.class)
                    .hasMessageContaining("did not end in PT0.02S");
        }
    }

    @Test
    void runsWhereAndWithWhatItIsTold(@TempDir Path directory) throws IOException {
        List<String> lines = new ArrayList<>();
        Path file = directory.resolve("logs/output.log");
        var command = List.of("sh", "-c", "pwd; echo $HAWSER_IT; cat");
        try (var process =
                ManagedProcess.builder("it", command)
                        .directory(directory)
                        .environment("HAWSER_IT", "yes")
                        .outputFile(file)
                        .onLine(lines::add)
                        .start()) {
            assertThat(process.awaitExit(SOON)).isZero();
        }
        assertThat(lines).containsExactly(directory.toRealPath().toString(), "yes");
        assertThat(Files.readAllLines(file)).isEqualTo(lines);
    }

    @Test
    void letsAProgramStopInOrder() {
        var process = shell("trap 'echo bye; exit 5' TERM; echo up; while :; do sleep 0.01; done");
        try (process) {
            process.awaitOutput(line -> line.equals("up"), SOON);
        }
        assertThat(process.awaitExit(SOON)).isEqualTo(5);
        assertThat(process.outputTail()).endsWith("bye");
    }

    @Test
    void killsAProgramThatDoesNotStop() {
        var process =
                ManagedProcess.builder("it", "sh", "-c", "trap '' TERM; echo up; sleep 100")
                        .stopTime(Duration.ofMillis(50))
                        .start();
        Optional<ProcessHandle> child;
        try (process) {
            process.awaitOutput(line -> line.equals("up"), SOON);
            await().atMost(SOON).until(() -> process.children().findAny().isPresent());
            child = process.children().findAny();
        }
        assertThat(process.awaitExit(SOON)).isEqualTo(128 + 9);
        assertThat(child).hasValueSatisfying(it -> assertThat(it.isAlive()).isFalse());
    }

    @Test
    void killsAFrozenProgramWithoutWaitingForIt() throws IOException {
        var process =
                ManagedProcess.builder("it", "sleep", "100").stopTime(Duration.ofDays(1)).start();
        try (process) {
            process.signal(Signal.STOP);
            assertThat(state(process.pid())).isEqualTo("T");
        }
        assertThat(process.awaitExit(SOON)).isEqualTo(128 + 9);
    }

    @Test
    void freezesAndThawsTheWholeFamily() throws IOException {
        try (var process = shell("sleep 100 & wait")) {
            await().atMost(SOON).until(() -> process.children().findAny().isPresent());
            long child = process.children().findAny().orElseThrow().pid();
            process.signalAll(Signal.STOP);
            assertThat(state(process.pid())).isEqualTo("T");
            assertThat(state(child)).isEqualTo("T");
            process.signalAll(Signal.CONT);
            await().atMost(SOON)
                    .until(() -> state(process.pid()).equals("S") && state(child).equals("S"));
        }
    }

    private static ManagedProcess shell(String script) {
        return ManagedProcess.builder("it", "sh", "-c", script).start();
    }

    private static String state(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        return stat.substring(stat.lastIndexOf(')') + 2).substring(0, 1);
    }
}
