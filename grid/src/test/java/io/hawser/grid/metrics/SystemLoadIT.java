package io.hawser.grid.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Memory as the collectors of real nodes tell it; each in a JVM of its own. */
class SystemLoadIT {
    /** A full collection never happens there, and the old pool is where the 30 MiB are. */
    @ParameterizedTest
    @ValueSource(strings = {"-XX:+UseParallelGC", "-XX:+UseSerialGC", "-XX:+UseG1GC"})
    void whatYoungCollectionsMovedIsSeen(String collector) throws Exception {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                collector,
                                "-Xmx120m",
                                "-Xmn10m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                HeldHeapMain.class.getName())
                        .redirectErrorStream(true)
                        .start();
        try {
            String said =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(said).matches("(?s)[0-9.]+ .*");
            assertThat(Double.parseDouble(said.split(" ", 2)[0])).isBetween(0.24, 0.6);
        } finally {
            process.destroyForcibly();
        }
    }
}
