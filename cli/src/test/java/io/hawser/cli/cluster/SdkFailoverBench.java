package io.hawser.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hawser.cli.cluster.FaultyCluster.Fault;
import io.hawser.cli.cluster.SdkClients.Delays;
import io.hawser.devkit.Haproxy;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Measures failover with many clients of the public JavaScript SDK; docs/benchmarks/failover.md has
 * the command. Fails only if something was lost, doubled or did not come back: times are printed.
 */
class SdkFailoverBench {
    private static final int CLIENTS = Integer.getInteger("hawser.sdk.clients", 1_000);

    /** With 500 clients in one event loop, that loop is what is measured. */
    private static final int PROCESSES = Integer.getInteger("hawser.sdk.processes", 4);

    private static final int CHANNELS = Integer.getInteger("hawser.sdk.channels", 10);
    private static final int PER_SECOND = Integer.getInteger("hawser.sdk.rate", 50);
    private static final int RUNS = Integer.getInteger("hawser.sdk.runs", 3);
    private static final String FAULTS = System.getProperty("hawser.sdk.faults", "kill,stop,cut");
    private static final String DELAYS =
            System.getProperty("hawser.sdk.delays", "default,200-5000");

    /** Of the nodes and HAProxy. */
    private static final Path LOGS = Path.of("target", "sdk-failover");

    private final List<String> wrong = new ArrayList<>();

    @Test
    void measure() throws Exception {
        Path directory = Files.createDirectories(LOGS);
        assumeTrue(Haproxy.isInstalled(), "haproxy is not installed");
        NpmProject.install();
        List<Fault> faults =
                Stream.of(FAULTS.split(",", -1))
                        .map(name -> Fault.valueOf(name.toUpperCase(Locale.ROOT)))
                        .toList();
        List<Fault> local = faults.stream().filter(fault -> fault != Fault.CUT).toList();
        if (!local.isEmpty()) {
            try (var cluster = FaultyCluster.onLoopback(directory)) {
                measure(cluster, local, directory);
            }
        }
        if (faults.contains(Fault.CUT)) {
            try (var cluster = FaultyCluster.onSwitch(directory)) {
                measure(cluster, List.of(Fault.CUT), directory);
            }
        }
        assertThat(wrong).isEmpty();
    }

    private void measure(FaultyCluster cluster, List<Fault> faults, Path directory)
            throws IOException {
        for (String delays : DELAYS.split(",", -1)) {
            var failover =
                    new SdkFailover(CLIENTS, PROCESSES, CHANNELS, PER_SECOND, Delays.parse(delays));
            for (Fault fault : faults) {
                for (int run = 1; run <= RUNS; run++) {
                    // Each node in turn, so that once it is the oldest, which coordinates.
                    int victim = 3 - (run - 1) % 3;
                    report(fault, run, victim, failover, cluster, directory);
                }
            }
        }
    }

    private void report(
            Fault fault,
            int run,
            int victim,
            SdkFailover failover,
            FaultyCluster cluster,
            Path directory)
            throws IOException {
        FailoverFigures figures = failover.measure(cluster, fault, victim, directory);
        cluster.heal(fault, victim);
        String title =
                String.format(
                        Locale.ROOT,
                        "%s n%d, run %d, reconnect delays %s, load %.1f on %d cores",
                        fault,
                        victim,
                        run,
                        failover.delays(),
                        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
                        Runtime.getRuntime().availableProcessors());
        System.out.println(title);
        System.out.println(figures.describe());
        if (figures.lost() + figures.doubled() + figures.unrecovered() + figures.gone() > 0) {
            wrong.add(title + System.lineSeparator() + figures.describe());
        }
    }
}
