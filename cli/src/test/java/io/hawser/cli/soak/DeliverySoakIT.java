package io.hawser.cli.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.devkit.RedisServer;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * Ten minutes of {@link SoakRun}, half of them on each Redis. {@code hawser.soak.seconds}: how long
 * on each, 300 by default; {@code hawser.soak.seed}: repeats the faults of a run that printed it.
 */
@Tag("soak")
class DeliverySoakIT {
    /** From then on everything that can be seen has to be seen. */
    private static final Duration LONG = Duration.ofMinutes(4);

    private final Duration duration =
            Duration.ofSeconds(Integer.getInteger("hawser.soak.seconds", 300));

    private final long seed = SoakRun.seed();

    @Test
    void onAMasterWithSentinels(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path directory)
            throws InterruptedException {
        play(SoakRun.Kind.SENTINEL, directory);
    }

    @Test
    void onARedisCluster(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path directory)
            throws InterruptedException {
        assertThat(RedisServer.isInstalled()).as("redis-server is installed").isTrue();
        play(SoakRun.Kind.CLUSTER, directory);
    }

    private void play(SoakRun.Kind kind, Path directory) throws InterruptedException {
        Map<String, Long> seen = new SoakRun(kind, seed, duration, directory).play();
        if (duration.compareTo(LONG) >= 0) {
            assertThat(seen)
                    .as("what was seen")
                    .containsKeys(
                            ChannelView.RECOVERED,
                            ChannelView.NEW_EPOCH,
                            "unsubscribed: 2500",
                            "connections lost: 3010");
        }
    }
}
