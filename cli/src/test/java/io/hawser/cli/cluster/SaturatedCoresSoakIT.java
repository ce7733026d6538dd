package io.hawser.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.cli.cluster.SdkClients.Delays;
import io.hawser.devkit.Haproxy;
import io.hawser.devkit.ManagedProcess;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Three nodes behind HAProxy with clients of the public JavaScript SDK, while other processes want
 * all cores: nobody is suspected, given up or fenced, and no client is disconnected. {@code
 * hawser.saturated.seconds}: 60 by default; {@code hawser.saturated.hogs}: processes that only
 * compute, by default as many as there are cores.
 */
@Tag("soak")
class SaturatedCoresSoakIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int CLIENTS = 200;
    private static final int CHANNELS = 10;
    private static final int PER_SECOND = 50;
    private static final List<String> ALARMS =
            List.of("node.suspected", "node.evicted", "node.fenced");

    private final int seconds = Integer.getInteger("hawser.saturated.seconds", 60);
    private final int hogs =
            Integer.getInteger("hawser.saturated.hogs", Runtime.getRuntime().availableProcessors());

    @Test
    void nobodyIsSuspected() throws Exception {
        Path directory = Files.createDirectories(Path.of("target", "saturated"));
        assertThat(Haproxy.isInstalled()).as("haproxy is installed").isTrue();
        NpmProject.install();
        List<String> channels =
                IntStream.range(0, CHANNELS).mapToObj(i -> "ticks:hog-" + i).toList();
        try (var cluster = FaultyCluster.onLoopback(directory)) {
            cluster.awaitWhole();
            try (var clients =
                    SdkClients.start(
                            CLIENTS,
                            2,
                            cluster.proxy().ws("/connection/websocket"),
                            Delays.parse("200-5000"),
                            channels,
                            directory)) {
                await("all subscribed")
                        .atMost(LIMIT)
                        .ignoreExceptions() // until their processes listen
                        .until(clients::areAllSubscribed);
                saturate(cluster, clients, channels, directory);
            }
        }
    }

    private void saturate(
            FaultyCluster cluster, SdkClients clients, List<String> channels, Path directory)
            throws InterruptedException {
        try (var publisher =
                NumberedPublisher.start(cluster.nodes()::nodes, channels, PER_SECOND)) {
            Map<String, Long> before = alarms(cluster);
            clients.mark();
            List<ManagedProcess> running = new ArrayList<>();
            try {
                for (int i = 0; i < hogs; i++) {
                    running.add(hog(directory, i));
                }
                Thread.sleep(Duration.ofSeconds(seconds)); // the measurement's length
                report(cluster, clients, publisher.slowestMs(), before);
            } finally {
                running.forEach(ManagedProcess::close);
            }
        }
    }

    private static ManagedProcess hog(Path directory, int number) {
        return ManagedProcess.builder("hog-" + number, List.of("sh", "-c", "while :; do :; done"))
                .outputFile(directory.resolve("hog.log"))
                .start();
    }

    private void report(
            FaultyCluster cluster, SdkClients clients, long slowestMs, Map<String, Long> before) {
        Map<String, Long> raised = alarms(cluster);
        raised.replaceAll((alarm, count) -> count - before.getOrDefault(alarm, 0L));
        long closed =
                clients.report().clients().stream()
                        .filter(client -> !client.closes().isEmpty())
                        .count();
        System.out.printf(
                "%d s, %d processes that compute, load %.1f on %d cores: %s, %d of %d clients"
                        + " disconnected, slowest publish %d ms%n",
                seconds,
                hogs,
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
                Runtime.getRuntime().availableProcessors(),
                raised,
                closed,
                CLIENTS,
                slowestMs);
        assertThat(raised.values()).as("%s", raised).containsOnly(0L);
        assertThat(closed).as("clients that were disconnected").isZero();
    }

    private static Map<String, Long> alarms(FaultyCluster cluster) {
        Map<String, Long> counts = new TreeMap<>();
        for (String alarm : ALARMS) {
            counts.put(
                    alarm,
                    cluster.nodes().nodes().stream().mapToLong(node -> node.logged(alarm)).sum());
        }
        return counts;
    }
}
