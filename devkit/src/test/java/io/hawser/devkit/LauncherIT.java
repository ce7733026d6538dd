package io.hawser.devkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/** The launcher, with a java and a mvn that only say how they were called. */
class LauncherIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    private record Outcome(int exitCode, List<String> lines) {}

    @TempDir private Path directory;
    private Path jdk = Path.of("");
    private Path bin = Path.of("");

    @BeforeEach
    void prepare() throws IOException {
        directory = directory.toRealPath();
        jdk = makeJdk("jdk with a space", "25.0.3");
        bin = Files.createDirectories(directory.resolve("bin"));
    }

    @Test
    void runsWhatIsInstalledBesideIt() throws IOException {
        Path launcher = install();
        var expected = new ArrayList<>(jvmOptionsOfThePom());
        expected.add("-XX:+UseCompactObjectHeaders");
        expected.addAll(List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        expected.add("-Dhawser.home=" + launcher.getParent());
        expected.addAll(List.of("-cp", launcher.getParent() + "/lib/*"));
        expected.addAll(List.of("io.hawser.cli.Hawser", "publish", "a b", ""));
        assertThat(run(launcher, "publish", "a b", "")).isEqualTo(new Outcome(0, expected));
    }

    @Test
    void givesANodeTheSizesOfTheEnvironment() throws IOException {
        Path launcher = install();
        assertThat(run(launcher, "server").lines())
                .contains("-Xmx512m", "-Xmn128m", "-XX:+UseParallelGC", "-XX:+AlwaysPreTouch")
                .contains("-XX:+ExitOnOutOfMemoryError")
                .contains("-XX:ReservedCodeCacheSize=240m", "-XX:SweeperThreshold=100")
                .doesNotContain("-Xmx128m");
        assertThat(run(launcher, "HAWSER_JAVA_OPTS=-Xmx4g -XX:+UseZGC", "server").lines())
                .contains("-Xmx4g", "-XX:+UseZGC", "-XX:SweeperThreshold=100")
                .doesNotContain("-Xmx512m", "-Xmn128m", "-XX:+AlwaysPreTouch");
    }

    @Test
    void givesANodeLargePagesWhereTheKernelDoes() throws IOException {
        Path launcher = install();
        var setting = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");
        boolean offered =
                Files.isReadable(setting) && !Files.readString(setting).contains("[never]");
        System.out.println("transparent huge pages are offered: " + offered);
        String option = "-XX:+UseTransparentHugePages";
        assertThat(run(launcher, "server").lines().contains(option)).isEqualTo(offered);
        assertThat(run(launcher, "publish").lines()).doesNotContain(option);
    }

    @Test
    void startsNodesFromACacheThatIsNotOlderThanTheProgram() throws IOException {
        Path launcher = install();
        Path cache = launcher.resolveSibling("lib/hawser.aot");
        assertThat(run(launcher, "server").lines()).noneMatch(line -> line.contains("AOT"));
        assertThat(run(launcher, "aot-cache"))
                .isEqualTo(new Outcome(0, List.of(cache + ": 1 MiB")));
        assertThat(run(launcher, "server").lines()).contains("-XX:AOTCache=" + cache);
        assertThat(run(launcher, "publish").lines()).noneMatch(line -> line.contains("AOT"));

        setTime(Files.createFile(launcher.resolveSibling("lib/new.jar")), 60);
        assertThat(run(launcher, "server").lines())
                .contains(
                        "hawser: "
                                + cache
                                + " is older than the program and is not used;"
                                + " make it again: hawser aot-cache")
                .noneMatch(line -> line.startsWith("-XX:AOTCache"));
    }

    @Test
    void saysWhyThereIsNoCache() throws IOException {
        Path launcher = install();
        script(jdk.resolve("bin/java"), "echo no room\nexit 1\n");
        Path cache = launcher.resolveSibling("lib/hawser.aot");
        assertThat(run(launcher, "aot-cache"))
                .isEqualTo(
                        new Outcome(
                                1,
                                List.of(
                                        "no room",
                                        "hawser: could not make "
                                                + cache
                                                + "; nodes run without it")));
        assertThat(cache).doesNotExist();
    }

    @Test
    void isFoundThroughLinks() throws IOException {
        Path launcher = install();
        Path first = Files.createSymbolicLink(bin.resolve("hawser"), launcher);
        Path second = Files.createSymbolicLink(directory.resolve("link"), first);
        assertThat(run(second).lines()).contains("-Dhawser.home=" + launcher.getParent());
    }

    @Test
    void wantsJava25() throws IOException {
        Path launcher = install();
        Path other = makeJdk("other", "17.0.1");
        assertThat(run(launcher, "HAWSER_JAVA_HOME=" + other))
                .isEqualTo(
                        new Outcome(
                                1,
                                List.of("hawser: HAWSER_JAVA_HOME=" + other + " is not a JDK 25")));
        // An older JAVA_HOME is passed over, and one of the PATH is found by its place.
        Path onPath = Files.createSymbolicLink(bin.resolve("java"), jdk.resolve("bin/java"));
        assertThat(onPath).isSymbolicLink();
        assertThat(run(launcher, "HAWSER_JAVA_HOME=", "JAVA_HOME=" + other).lines())
                .contains("io.hawser.cli.Hawser")
                .contains("JAVA " + jdk);
        Path better = makeJdk("better", "25");
        assertThat(run(launcher, "HAWSER_JAVA_HOME=", "JAVA_HOME=" + better).lines())
                .contains("JAVA " + better);
    }

    @Test
    void buildsWhatIsMissingOrOlderThanItsSources() throws IOException {
        Path launcher = checkOut("exit 0");
        String building = "hawser: building, which takes some minutes the first time";
        Path root = Objects.requireNonNull(launcher.getParent());
        assertThat(run(launcher).lines())
                .startsWith(building)
                .contains(root + "/cli/target/hawser-cli-1.jar:" + root + "/cli/target/lib/*");
        assertThat(calls(root)).containsExactly("-q -B -DskipTests package in " + root);
        assertThat(run(launcher).lines()).doesNotContain(building);

        setTime(root.resolve("grid/src/main/java/A.java"), 60);
        assertThat(run(launcher).lines()).startsWith(building);
        setTime(root.resolve("grid/src/main/java/A.java"), -60);
        assertThat(run(launcher).lines()).doesNotContain(building);
        setTime(root.resolve("grid/pom.xml"), 60);
        assertThat(run(launcher).lines()).startsWith(building);
        setTime(root.resolve("grid/pom.xml"), -60);
        Trees.delete(root.resolve("cli/target/lib"));
        assertThat(run(launcher).lines()).startsWith(building);
        assertThat(calls(root)).hasSize(4);
    }

    @Test
    void showsTheBuildOnlyWhenItFails() throws IOException {
        Path launcher = checkOut("echo COMPILATION ERROR; exit 1");
        Outcome outcome = run(launcher, "server");
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.lines())
                .hasSize(3)
                .endsWith("COMPILATION ERROR", "hawser: the build failed");
        // And tries again the next time.
        assertThat(run(launcher, "server")).isEqualTo(outcome);
        Path good = checkOut("echo COMPILATION WARNING; exit 0");
        assertThat(run(good).lines()).doesNotContain("COMPILATION WARNING");
    }

    @Test
    void scriptsAreCleanForShellcheck() {
        assumeTrue(Program.find("shellcheck").isPresent(), "shellcheck is not installed");
        var command =
                List.of(
                        "shellcheck",
                        ProjectFiles.file("hawser").toString(),
                        ProjectFiles.file(".ci/run").toString());
        try (var process = ManagedProcess.builder("shellcheck", command).start()) {
            assertThat(process.awaitExit(SOON)).as(process.outputTail()).isZero();
        }
    }

    /** The layout of a package: launcher and jars. */
    private Path install() throws IOException {
        Path home = Files.createDirectories(directory.resolve("usr/lib/hawser"));
        Files.createDirectories(home.resolve("lib"));
        return Files.copy(ProjectFiles.file("hawser"), home.resolve("hawser"));
    }

    /** The layout of a clone, and a mvn that ends with the given commands. */
    private Path checkOut(String end) throws IOException {
        Path root = directory.resolve("clone " + end.hashCode());
        Path source = Files.createDirectories(root.resolve("grid/src/main/java"));
        Path cli = Files.createDirectories(root.resolve("cli"));
        for (Path file :
                List.of(
                        root.resolve("pom.xml"),
                        root.resolve("grid/pom.xml"),
                        cli.resolve("pom.xml"),
                        source.resolve("A.java"))) {
            Files.createFile(file);
            setTime(file, -60);
        }
        setTime(source, -60);
        setTime(root.resolve("grid/src/main"), -60);
        script(
                bin.resolve("mvn"),
                """
                echo "$* in $PWD" >>calls
                mkdir -p cli/target/lib
                touch cli/target/hawser-cli-1.jar
                %s
                """
                        .formatted(end));
        return Files.copy(ProjectFiles.file("hawser"), root.resolve("hawser"));
    }

    private Path makeJdk(String name, String version) throws IOException {
        Path home = directory.resolve(name);
        Path java = Files.createDirectories(home.resolve("bin")).resolve("java");
        Files.writeString(home.resolve("release"), "JAVA_VERSION=\"%s\"\n".formatted(version));
        script(
                java,
                """
                for option; do case $option in
                    -XX:AOTCacheOutput=*)
                        echo cache >"${option#*=}"
                        exit ;;
                esac; done
                """
                        + "[ \"$HAWSER_JAVA_HOME\" ] || echo \"JAVA "
                        + home
                        + "\"\n");
        Files.writeString(java, Files.readString(java) + "printf '%s\\n' \"$@\"\n");
        return home;
    }

    private static void script(Path path, String commands) throws IOException {
        Files.writeString(path, "#!/bin/sh\n" + commands);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static List<String> calls(Path root) throws IOException {
        return Files.readAllLines(root.resolve("calls"));
    }

    private static void setTime(Path path, int secondsFromNow) throws IOException {
        Files.setLastModifiedTime(path, FileTime.from(Instant.now().plusSeconds(secondsFromNow)));
    }

    private static List<String> jvmOptionsOfThePom() throws IOException {
        var matcher =
                Pattern.compile("<jvm.options>(.*)</jvm.options>")
                        .matcher(
                                Files.readString(
                                        ProjectFiles.file("hawser").resolveSibling("pom.xml")));
        assertThat(matcher.find()).isTrue();
        return List.of(matcher.group(1).split(" ", -1));
    }

    /** Runs it from another directory, with assignments of variables before its arguments. */
    private Outcome run(Path launcher, String... arguments) {
        List<String> command = new ArrayList<>(List.of("env"));
        command.add("HAWSER_JAVA_HOME=" + jdk);
        command.add("PATH=" + bin + ":" + System.getenv("PATH"));
        List<String> rest = new ArrayList<>(List.of(arguments));
        while (!rest.isEmpty() && rest.getFirst().matches("[A-Z_]+=.*")) {
            command.add(rest.removeFirst());
        }
        command.addAll(List.of("bash", launcher.toString()));
        command.addAll(rest);
        List<String> lines = new ArrayList<>();
        try (var process =
                ManagedProcess.builder("launcher", command)
                        .directory(directory)
                        .onLine(lines::add)
                        .start()) {
            return new Outcome(process.awaitExit(SOON), lines);
        }
    }
}
