package io.hawser.devkit;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Files at the root of the project. */
final class ProjectFiles {
    private ProjectFiles() {}

    static Path file(String name) {
        Path here = Path.of("").toAbsolutePath();
        return Stream.iterate(here, directory -> directory != null, Path::getParent)
                .map(directory -> directory.resolve(name))
                .filter(Files::exists)
                .findFirst()
                .orElseThrow();
    }
}
