package io.hawser.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;

/** What a running demo leaves on disk, and who can read it. */
final class DemoFilesTest {
    @TempDir Path directory = Path.of("");

    @Test
    void theStateIsForItsUserOnly() throws IOException {
        var state =
                new DemoState(
                        7,
                        "http://p/",
                        "ws://c",
                        "token",
                        "key",
                        "/d",
                        List.of(new DemoState.Node("n1", 8, "http://n", "http://a")));
        state.write(directory);
        state.write(directory);

        assertThat(DemoState.read(directory)).contains(state);
        Path file = directory.resolve("demo.json");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        DemoState.remove(directory);
        assertThat(directory).isEmptyDirectory();
        assertThat(DemoState.read(directory)).isEmpty();
    }

    @Test
    void theRunDirectoryIsMadeForItsUserOnly() throws IOException {
        Path made = RunDirectory.secured(directory.resolve("run"));

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
                .isEqualTo("rwx------");
        assertThat(RunDirectory.secured(made)).isEqualTo(made);
    }

    @Test
    void aRunDirectoryThatOthersCanEnterIsRefused() throws IOException {
        Path open = Files.createDirectory(directory.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), open);

        for (Path bad : List.of(open, link)) {
            assertThatExceptionOfType(DemoException.class)
                    .isThrownBy(() -> RunDirectory.secured(bad))
                    .withMessageContaining("is not a directory of");
        }
    }

    @Test
    void theSessionsDirectoryIsPreferred() {
        assertThat(RunDirectory.of(Map.of("XDG_RUNTIME_DIR", directory.toString())))
                .isEqualTo(directory.resolve("hawser"));
        assertThat(RunDirectory.of(Map.of("XDG_RUNTIME_DIR", "/nowhere/at/all")).getFileName())
                .hasToString("hawser-" + System.getProperty("user.name"));
    }
}
