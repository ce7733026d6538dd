package io.hawser.cli.cluster;

import io.hawser.devkit.ManagedProcess;

import org.junit.jupiter.api.Assumptions;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The JavaScript beside the tests, with its packages installed below {@code target}. */
final class NpmProject {
    private static final Path SOURCES = Path.of("src/test/js");
    private static final Path DIRECTORY = Path.of("target/js");
    private static final Duration INSTALL_LIMIT = Duration.ofMinutes(10);

    private NpmProject() {}

    /** Installs what the lock file names, once; skips the test if there is no Node.js here. */
    static synchronized void install() throws IOException {
        Assumptions.assumeTrue(isInstalled("node"), "node is not installed");
        Assumptions.assumeTrue(isInstalled("npm"), "npm is not installed");
        Files.createDirectories(DIRECTORY);
        boolean current =
                Files.exists(DIRECTORY.resolve("node_modules"))
                        && Files.exists(DIRECTORY.resolve("package-lock.json"))
                        && Files.mismatch(
                                        SOURCES.resolve("package-lock.json"),
                                        DIRECTORY.resolve("package-lock.json"))
                                == -1;
        copySources();
        if (!current) {
            try (var npm =
                    ManagedProcess.builder("npm", "npm", "ci", "--no-audit", "--no-fund")
                            .directory(DIRECTORY)
                            .start()) {
                int exit = npm.awaitExit(INSTALL_LIMIT);
                if (exit != 0) {
                    throw new IllegalStateException("npm ci failed: " + npm.outputTail());
                }
            }
        }
    }

    private static void copySources() throws IOException {
        try (Stream<Path> files = Files.list(SOURCES)) {
            files.filter(Files::isRegularFile).forEach(NpmProject::copy);
        }
    }

    private static void copy(Path file) {
        try {
            Files.copy(
                    file,
                    DIRECTORY.resolve(file.getFileName()),
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** True if the program is on the PATH. */
    static boolean isInstalled(String program) {
        return find(program).isPresent();
    }

    /** Where the program is, by the PATH. */
    static Optional<Path> find(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(directory -> Path.of(directory, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /**
     * Starts a script, which the caller has to close; each line that it prints goes to the sink.
     */
    static ManagedProcess start(Consumer<String> lines, String script, String... arguments) {
        List<String> command = new ArrayList<>(List.of("node", script));
        command.addAll(List.of(arguments));
        return ManagedProcess.builder(script, command).directory(DIRECTORY).onLine(lines).start();
    }

    /** Runs a script and returns what it printed; fails with that if it exits other than 0. */
    static String run(Duration limit, String script, String... arguments) {
        try (var node = start(script, arguments)) {
            int exit = node.awaitExit(limit);
            if (exit != 0) {
                throw new AssertionError(
                        script + " exited with " + exit + ": " + node.outputTail());
            }
            return node.outputTail();
        }
    }

    /** Starts a script; the caller closes it. */
    static ManagedProcess start(String script, String... arguments) {
        List<String> command = new ArrayList<>(List.of("node", script));
        command.addAll(List.of(arguments));
        return ManagedProcess.builder(script, command).directory(DIRECTORY).start();
    }
}
