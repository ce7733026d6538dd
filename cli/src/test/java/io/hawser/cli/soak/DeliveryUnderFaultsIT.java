package io.hawser.cli.soak;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hawser.devkit.RedisServer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Half a minute of {@link SoakRun} on each Redis. {@code hawser.soak.seed} repeats the faults of a
 * run that printed it.
 */
class DeliveryUnderFaultsIT {
    private static final Duration DURATION = Duration.ofSeconds(30);

    private final long seed = SoakRun.seed();

    @Test
    void onAMasterWithSentinels(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path directory)
            throws InterruptedException {
        new SoakRun(SoakRun.Kind.SENTINEL, seed, DURATION, directory).play();
    }

    @Test
    void onARedisCluster(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path directory)
            throws InterruptedException {
        assumeTrue(RedisServer.isInstalled(), "redis-server is not installed");
        new SoakRun(SoakRun.Kind.CLUSTER, seed, DURATION, directory).play();
    }
}
