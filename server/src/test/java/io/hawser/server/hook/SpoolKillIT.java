package io.hawser.server.hook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.devkit.ManagedProcess;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What was added to a {@link Spool} survives kill -9 of the process, whole and in order. */
class SpoolKillIT {
    private static final int ROOM = 1 << 30;
    private static final int ENOUGH = 50;

    /** Adds letters until it is killed, and says which ones are in. */
    static final class Writer {
        private Writer() {}

        public static void main(String[] args) throws IOException {
            Spool spool = Spool.open(Path.of(args[0]), ROOM, ROOM);
            for (int i = 0; ; i++) {
                spool.add(Letter.fresh("id-" + i, "alert", "x".repeat(10_000), i));
                System.out.println("added id-" + i);
            }
        }
    }

    @Test
    void whatWasAddedIsThereAfterAKill(@TempDir Path directory) throws IOException {
        List<String> added = new CopyOnWriteArrayList<>();
        List<String> command =
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Writer.class.getName(),
                        directory.toString());
        try (ManagedProcess writer =
                ManagedProcess.builder("spool writer", command)
                        .onLine(
                                line -> {
                                    if (line.startsWith("added ")) {
                                        added.add(line.substring(6));
                                    }
                                })
                        .start()) {
            writer.awaitOutput(line -> line.equals("added id-" + ENOUGH), Duration.ofSeconds(30));
            writer.kill();
        }
        List<String> kept =
                Spool.open(directory, ROOM, ROOM).letters().stream().map(Letter::id).toList();
        await().atMost(Duration.ofSeconds(30)).until(() -> added.size() >= ENOUGH);
        assertThat(kept).startsWith(added.toArray(String[]::new));
    }
}
