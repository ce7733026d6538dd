package io.hawser.devkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;

/** The unit files, as systemd sees them. */
class SystemdIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String PROGRAM = "/usr/lib/hawser/hawser";

    private record Outcome(int exitCode, String output) {}

    @TempDir private Path directory;

    @Test
    void theUnitIsClean() throws IOException {
        assertThat(analyze("verify", instance(unit()).toString())).isEqualTo(new Outcome(0, ""));
    }

    @Test
    void aMistakeWouldShow() throws IOException {
        Path wrong = instance(unit().replace("LimitNOFILE=", "LimitNOFILES="));
        // Only in what it prints: systemd-analyze is content with unknown keys.
        assertThat(analyze("verify", wrong.toString()).output()).contains("LimitNOFILES");
    }

    @Test
    void theUnitIsHardened() throws IOException {
        // In tenths: 10.0 is no protection, 0 is a service that can do nothing.
        Outcome outcome =
                analyze(
                        "security",
                        "--offline=true",
                        "--threshold=15",
                        "--no-pager",
                        instance(unit()).toString());
        assertThat(outcome.exitCode()).as(outcome.output()).isZero();
        assertThat(outcome.output()).contains("Overall exposure level");
    }

    @Test
    void userAndDirectoriesAreMade() throws IOException {
        assumeTrue(UnprivilegedUser.ifRoot().isPresent(), "only root can give files to users");
        Path root = Files.createDirectory(directory.resolve("root"));
        Path etc = Files.createDirectories(root.resolve("etc/hawser"));
        Path yaml = Files.createFile(etc.resolve("n1.yaml"));
        Path env = Files.createFile(etc.resolve("n1.env"));
        String users = ProjectFiles.file("systemd/sysusers.d/hawser.conf").toString();
        String files = ProjectFiles.file("systemd/tmpfiles.d/hawser.conf").toString();

        assertThat(run("systemd-sysusers", "--root=" + root, users).exitCode()).isZero();
        assertThat(Files.readString(root.resolve("etc/passwd"))).contains("hawser:x:");
        assertThat(run("systemd-tmpfiles", "--create", "--root=" + root, files))
                .isEqualTo(new Outcome(0, ""));
        assertThat(permissions(etc)).isEqualTo("rwxr-x---");
        assertThat(permissions(yaml)).isEqualTo("rw-r-----");
        assertThat(permissions(env)).isEqualTo("rw-------");
        assertThat(permissions(root.resolve("var/lib/hawser"))).isEqualTo("rwxr-x---");
        assertThat(Files.getAttribute(root.resolve("var/lib/hawser"), "unix:uid")).isNotEqualTo(0);
    }

    private static String unit() throws IOException {
        return Files.readString(ProjectFiles.file("systemd/hawser@.service"));
    }

    /** An instance of the template, with a program that exists. */
    private Path instance(String unit) throws IOException {
        assertThat(unit).contains("ExecStart=" + PROGRAM + " server ");
        String installed = Program.find("true").orElseThrow().toString();
        return Files.writeString(
                directory.resolve("hawser@n1.service"), unit.replace(PROGRAM, installed));
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private static Outcome analyze(String... arguments) {
        String[] command = new String[arguments.length + 1];
        command[0] = "systemd-analyze";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        return run(command);
    }

    private static Outcome run(String... command) {
        assumeTrue(Program.find(command[0]).isPresent(), command[0] + " is not installed");
        try (var process = ManagedProcess.builder(command[0], command).start()) {
            int exitCode = process.awaitExit(SOON);
            return new Outcome(exitCode, process.outputTail());
        }
    }
}
