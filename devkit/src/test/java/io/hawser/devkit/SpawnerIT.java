package io.hawser.devkit;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** What we leave behind when we are killed: nothing. */
class SpawnerIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    @Test
    void programsDieWithTheJvmThatStartedThem() {
        assumeTrue(Program.find("setpriv").isPresent(), "setpriv is not installed");
        var java = ProcessHandle.current().info().command().orElseThrow();
        var classPath = System.getProperty("java.class.path");
        try (var jvm =
                ManagedProcess.builder("jvm", java, "-cp", classPath, Starter.class.getName())
                        .start()) {
            var ours = awaitPid(jvm, "ours ");
            var others = awaitPid(jvm, "others ");
            jvm.awaitOutput("started"::equals, SOON);
            // Until the wrapper has made way for the program it is not yet bound to us.
            await().atMost(SOON).until(() -> isProgram(ours) && isProgram(others));
            // Not kill(), which would kill the whole family.
            jvm.signal(Signal.KILL);
            await().atMost(SOON).until(() -> !ours.isAlive() && !others.isAlive());
        }
    }

    private static boolean isProgram(ProcessHandle process) throws IOException {
        Path name = Path.of("/proc", Long.toString(process.pid()), "comm");
        return process.isAlive() && Files.readString(name).equals("sleep\n");
    }

    private static ProcessHandle awaitPid(ManagedProcess jvm, String prefix) {
        String line = jvm.awaitOutput(it -> it.startsWith(prefix), SOON);
        return ProcessHandle.of(Long.parseLong(line.substring(prefix.length()))).orElseThrow();
    }

    /** Starts a program from a short-lived thread, and one as another user if it is root. */
    static final class Starter {
        private Starter() {}

        public static void main(String[] args) throws InterruptedException {
            Thread.ofPlatform().start(() -> start("ours", null)).join();
            start("others", UnprivilegedUser.ifRoot().orElse(null));
            System.out.println("started");
            Thread.currentThread().join();
        }

        private static void start(String name, @Nullable UnprivilegedUser user) {
            try {
                Process process = Spawner.start(new ProcessBuilder("sleep", "1000"), user);
                System.out.println(name + " " + process.pid());
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
