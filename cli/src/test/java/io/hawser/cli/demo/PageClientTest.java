package io.hawser.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hawser.devkit.ManagedProcess;
import io.hawser.devkit.ServiceFailedException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

/** Runs the tests of the demo page's client, which are written in its own language. */
final class PageClientTest {
    private static final Duration TIME = Duration.ofSeconds(60);

    @TempDir Path directory = Path.of("");

    @Test
    void thePagesClientPassesItsTests() throws IOException {
        assumeTrue(nodeIsInstalled(), "node is not installed");
        // Node takes the name's ending as the sign of a module.
        copy("/io/hawser/server/page/client.js", "client.mjs");
        copy("/page/client.test.mjs", "client.test.mjs");

        try (var node =
                ManagedProcess.builder("node", "node", "--test", "--test-reporter=tap")
                        .directory(directory)
                        .start()) {
            int code = node.awaitExit(TIME);
            assertThat(code).as(node.outputTail()).isZero();
            assertThat(node.outputTail()).contains("# fail 0").doesNotContain("# pass 0");
        }
    }

    private static boolean nodeIsInstalled() {
        try (var node = ManagedProcess.builder("node", "node", "--version").start()) {
            return node.awaitExit(TIME) == 0;
        } catch (ServiceFailedException missing) {
            return false;
        }
    }

    private void copy(String resource, String name) throws IOException {
        try (InputStream source = PageClientTest.class.getResourceAsStream(resource)) {
            Files.copy(Objects.requireNonNull(source, resource), directory.resolve(name));
        }
    }
}
