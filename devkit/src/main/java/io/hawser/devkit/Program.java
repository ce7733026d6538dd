package io.hawser.devkit;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds installed programs and asks them for their version. */
final class Program {
    private static final Pattern VERSION = Pattern.compile("\\d+(\\.\\d+)+");
    private static final Pattern MAJOR = Pattern.compile("\\d+");
    private static final Duration ANSWER_TIME = Duration.ofSeconds(30);

    /** Not on every user's PATH, but where packages put servers. */
    private static final List<String> USUAL_PLACES =
            List.of(
                    "/usr/local/sbin",
                    "/usr/local/bin",
                    "/usr/sbin",
                    "/usr/bin",
                    "/opt/homebrew/bin");

    /** Where each PostgreSQL version has a directory of its own, named by its number. */
    private static final List<String> POSTGRES_PARENTS =
            List.of("/usr/lib/postgresql", "/usr/local/lib/postgresql", "/opt/postgresql");

    private Program() {}

    /** The program of that name, or at that path, if there is one. */
    static Optional<Path> find(String name) {
        if (name.contains(File.separator)) {
            return Optional.of(Path.of(name)).filter(Program::isProgram);
        }
        String path = System.getenv().getOrDefault("PATH", "");
        return Stream.concat(
                        Arrays.stream(path.split(File.pathSeparator, -1)), USUAL_PLACES.stream())
                .filter(directory -> !directory.isEmpty())
                .map(directory -> Path.of(directory, name))
                .filter(Program::isProgram)
                .findFirst();
    }

    /** The directory with the programs of the newest PostgreSQL server installed, if any. */
    static Optional<Path> findPostgresBin() {
        Stream<Path> onPath = find("initdb").flatMap(Program::realDirectory).stream();
        return Stream.concat(postgresVersions(), onPath)
                .filter(bin -> isProgram(bin.resolve("postgres")))
                .filter(bin -> isProgram(bin.resolve("initdb")))
                .findFirst();
    }

    /** The first thing that looks like a version in what the program answers; or "?". */
    static String version(Path program, String option) {
        var command = List.of(program.toString(), option);
        try (var process = ManagedProcess.builder(program.toString(), command).start()) {
            process.awaitExit(ANSWER_TIME);
            Matcher version = VERSION.matcher(process.outputTail());
            return version.find() ? version.group() : "?";
        }
    }

    private static Stream<Path> postgresVersions() {
        return POSTGRES_PARENTS.stream()
                .map(Path::of)
                .filter(Files::isDirectory)
                .flatMap(Program::children)
                .filter(child -> MAJOR.matcher(child.getFileName().toString()).matches())
                .sorted(Comparator.comparingInt(Program::number).reversed())
                .map(child -> child.resolve("bin"));
    }

    private static int number(Path directory) {
        return Integer.parseInt(directory.getFileName().toString());
    }

    private static Stream<Path> children(Path directory) {
        try (var children = Files.list(directory)) {
            return children.toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where a link leads: distributions link single programs of a version into /usr/bin. */
    private static Optional<Path> realDirectory(Path program) {
        try {
            return Optional.ofNullable(program.toRealPath().getParent());
        } catch (IOException danglingLink) {
            return Optional.empty();
        }
    }

    private static boolean isProgram(Path path) {
        return Files.isRegularFile(path) && Files.isExecutable(path);
    }
}
