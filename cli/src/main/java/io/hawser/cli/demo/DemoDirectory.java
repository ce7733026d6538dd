package io.hawser.cli.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/** The directory for the logs and files of one run, gone when it is over. Immutable. */
final class DemoDirectory implements AutoCloseable {
    private final Path path;

    DemoDirectory() {
        try {
            path = Files.createTempDirectory("hawser-demo-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        try (var files = Files.walk(path)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
