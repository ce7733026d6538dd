package io.hawser.cli.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.cli.cluster.TestNode;
import io.hawser.devkit.NetworkHost;
import io.hawser.devkit.NetworkLab;
import io.hawser.grid.pubsub.StreamPosition;
import io.hawser.server.security.TokenIssuer;

import org.awaitility.core.ConditionTimeoutException;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Three node processes on a real Redis, a thousand messages a second on a hundred channels, clients
 * that come and go, and faults at random; then everything that anybody saw is held against what is
 * stored. For one thread.
 */
final class SoakRun {
    /** The Redis that a run is on. */
    enum Kind {
        SENTINEL,
        CLUSTER;

        private SoakRedis start(NetworkLab lab) {
            return switch (this) {
                case SENTINEL -> SentinelRedis.start(lab);
                case CLUSTER -> ClusterRedis.start(lab);
            };
        }
    }

    private static final int NODES = 3;
    private static final int CLIENTS = 150;
    private static final List<String> CHANNELS =
            IntStream.range(0, 100).mapToObj(i -> "soak:" + i).toList();
    private static final String API_KEY = "soak-key";
    private static final String TOKEN_SECRET = "a secret of the tests, 32 bytes or more";
    private static final Duration START_LIMIT = Duration.ofMinutes(1);

    /** The check of positions that nothing else reminds of comes every 40 s. */
    private static final Duration SETTLE_LIMIT = Duration.ofMinutes(2);

    private static final Map<String, String> SETTINGS =
            Map.of(
                    "broker.type",
                    "redis",
                    "api.key",
                    API_KEY,
                    "token.hmac_secret",
                    TOKEN_SECRET,
                    "namespaces",
                    "[{name: soak, options: {history_size: 3000, history_ttl: 900s,"
                            + " force_recovery: true, allow_subscribe_for_client: true}}]",
                    "client.recovery_max_publications",
                    "5000",
                    "client.ping_interval",
                    "2s",
                    "client.pong_timeout",
                    "1500ms");

    private final Kind kind;
    private final long seed;
    private final Duration duration;
    private final Path directory;
    private final Findings findings = new Findings();

    SoakRun(Kind kind, long seed, Duration duration, Path directory) {
        this.kind = kind;
        this.seed = seed;
        this.duration = duration;
        this.directory = directory;
    }

    /** The seed that {@code -Dhawser.soak.seed=} names, else a new one; printed. */
    static long seed() {
        long seed = Long.getLong("hawser.soak.seed", System.nanoTime());
        System.out.println("-Dhawser.soak.seed=" + seed);
        return seed;
    }

    /**
     * Plays it, prints what was seen and asserts that all promises were kept.
     *
     * @return how often what was seen, see {@link ChannelView}
     */
    Map<String, Long> play() throws InterruptedException {
        System.out.println(kind + ", logs of nodes: " + directory);
        try (NetworkLab lab = NetworkLab.open();
                SoakRedis redis = kind.start(lab)) {
            List<TestNode> nodes = new ArrayList<>();
            try {
                for (int i = 1; i <= NODES; i++) {
                    nodes.add(startNode(lab.add("n" + i), redis));
                }
                nodes.forEach(TestNode::awaitReady);
                play(lab, redis, nodes);
            } finally {
                nodes.forEach(TestNode::close);
            }
        }
        return findings.counts();
    }

    private TestNode startNode(NetworkHost host, SoakRedis redis) {
        Map<String, String> settings = new LinkedHashMap<>(SETTINGS);
        settings.putAll(redis.settings());
        return TestNode.start(host.name(), host, directory, settings);
    }

    private void play(NetworkLab lab, SoakRedis redis, List<TestNode> nodes)
            throws InterruptedException {
        var random = new Random(seed);
        var addresses = nodes.stream().map(TestNode::webSocket).toList();
        var tokens = new TokenIssuer(TOKEN_SECRET);
        var injector = new FaultInjector(lab, redis, nodes);
        try (var crowd = new SoakCrowd(CLIENTS, CHANNELS, addresses, tokens, random, findings);
                var load = SoakLoad.start(CHANNELS, nodes, API_KEY, findings);
                var reader = new StreamReader(API_KEY)) {
            await("clients are delivered to")
                    .atMost(START_LIMIT)
                    .until(() -> findings.counted(ChannelView.DELIVERED) > CHANNELS.size());
            long startNanos = System.nanoTime();
            injector.run(new FaultPlan(seed, redis.faults()), duration);
            load.stop();
            long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNanos);
            crowd.settle();
            settle(crowd, reader, nodes);
            CHANNELS.forEach(channel -> check(channel, load, reader, nodes, crowd));
            report(injector.done(), seconds);
        }
    }

    /** Whoever is not at the end after that is found by the check. */
    private static void settle(SoakCrowd crowd, StreamReader reader, List<TestNode> nodes) {
        try {
            await("all clients are at the end of their streams")
                    .atMost(SETTLE_LIMIT)
                    .pollInterval(Duration.ofSeconds(1))
                    .ignoreExceptions()
                    .until(
                            () -> {
                                Map<String, StreamPosition> ends =
                                        reader.ends(nodes.getFirst(), CHANNELS);
                                return crowd.areAllAt(ends)
                                        && nodes.stream()
                                                .allMatch(
                                                        node ->
                                                                reader.ends(node, CHANNELS)
                                                                        .equals(ends));
                            });
        } catch (ConditionTimeoutException e) {
            System.out.println(e.getMessage());
        }
    }

    private void check(
            String channel,
            SoakLoad load,
            StreamReader reader,
            List<TestNode> nodes,
            SoakCrowd crowd) {
        StoredStream stored = reader.read(nodes.getFirst(), channel);
        var check = new ChannelCheck(channel, load.log(channel), stored, findings);
        if (check.checkStream()) {
            check.checkAcknowledged();
            crowd.check(channel, check);
        }
    }

    private void report(Map<Fault, Integer> faults, long seconds) {
        Map<String, Long> counts = findings.counts();
        System.out.printf(
                "%s, %d s, -Dhawser.soak.seed=%d: %d publishes a second%n",
                kind,
                seconds,
                seed,
                counts.getOrDefault(SoakLoad.ACKNOWLEDGED, 0L) / Math.max(1, seconds));
        faults.forEach((fault, times) -> System.out.printf("  fault %-30s %8d%n", fault, times));
        counts.forEach((what, times) -> System.out.printf("  %-36s %8d%n", what, times));
        assertThat(findings.violations()).as("violations, told above one by one").isEmpty();
        assertThat(faults).as("faults").isNotEmpty();
        assertThat(counts)
                .as("what was seen")
                .containsKeys(SoakLoad.ACKNOWLEDGED, ChannelView.DELIVERED, ChannelView.RECOVERED);
    }
}
