package io.hawser.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hawser.cli.cluster.FaultyCluster.Fault;
import io.hawser.cli.cluster.SdkClients.Delays;
import io.hawser.devkit.Haproxy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

/**
 * A node behind HAProxy is killed under clients of the public JavaScript SDK. {@link
 * SdkFailoverBench} measures the same with many more.
 */
class SdkFailoverIT {
    @Test
    void clientsOfAKilledNodeComeBackAndMissNothing(@TempDir Path directory) throws Exception {
        assumeTrue(Haproxy.isInstalled(), "haproxy is not installed");
        NpmProject.install();
        var failover = new SdkFailover(60, 1, 1, 50, Delays.OF_THE_SDK);
        try (var cluster = FaultyCluster.onLoopback(directory)) {
            FailoverFigures figures =
                    failover.measure(cluster, Fault.KILL, SdkFailover.BUSIEST, directory);
            System.out.println(figures.describe());
            assertThat(figures.affected()).isPositive();
            assertThat(figures.gone()).as("not back").isZero();
            assertThat(figures.lost()).as("lost").isZero();
            assertThat(figures.doubled()).as("doubled").isZero();
            assertThat(figures.unrecovered()).as("not recovered").isZero();
        }
    }
}
