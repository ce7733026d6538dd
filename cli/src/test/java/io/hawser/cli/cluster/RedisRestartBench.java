package io.hawser.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.cli.client.Backoff;
import io.hawser.cli.client.ChannelClient;
import io.hawser.cli.client.ClientEvent;
import io.hawser.cli.client.ClientRuntime;
import io.hawser.cli.client.ClientSettings;
import io.hawser.devkit.NetworkHost;
import io.hawser.devkit.RedisOptions;
import io.hawser.devkit.RedisServer;
import io.hawser.devkit.ServiceFailedException;
import io.hawser.server.security.TokenIssuer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/**
 * A Redis that writes everything to disk before it answers is killed and started again, while one
 * node publishes 1,000 messages a second in 1,000 channels and another has a subscriber in each.
 * Fails only if something that was acknowledged is missing, doubled or out of order: times are
 * printed. docs/benchmarks/publishing.md has the command.
 */
class RedisRestartBench {
    private static final int CHANNELS = 1_000;
    private static final int PER_SECOND = 1_000;
    private static final int PUBLISHERS = 10;
    private static final int CLIENTS = 50;
    private static final int RUNS = Integer.getInteger("hawser.restart.runs", 3);
    private static final Duration LIMIT = Duration.ofMinutes(2);

    /** Messages of each channel before the first kill, and between two. */
    private static final int BETWEEN = 10;

    private final Map<String, Follower> followers = new HashMap<>();
    private final List<ChannelClient> clients = new ArrayList<>();
    private final List<NumberedPublisher> publishers = new ArrayList<>();

    @Test
    void measure(@TempDir Path directory) throws Exception {
        RedisServer redis = RedisServer.start(new RedisOptions().appendonly("always"));
        Map<String, String> more = Map.of("client.recovery_max_publications", "10000");
        try (var cluster =
                        TestCluster.start(
                                redis,
                                Collections.nCopies(2, NetworkHost.local()),
                                directory,
                                more);
                var runtime = new ClientRuntime()) {
            List<String> channels =
                    IntStream.range(0, CHANNELS).mapToObj(i -> "ticks:" + i).toList();
            try {
                subscribe(cluster.node(2), runtime, channels);
                publish(cluster.node(1), channels);
                for (int run = 1; run <= RUNS; run++) {
                    awaitMessages(BETWEEN);
                    measure(run, cluster, redis);
                }
                awaitMessages(BETWEEN);
                publishers.forEach(NumberedPublisher::stop);
                Map<String, Long> stored = stored();
                await().atMost(LIMIT).until(() -> haveAll(stored));
                assertThat(followers.values().stream().flatMap(f -> f.faults().stream())).isEmpty();
            } finally {
                publishers.forEach(NumberedPublisher::close);
                clients.forEach(ChannelClient::close);
            }
        }
    }

    private void measure(int run, TestCluster cluster, RedisServer redis) throws Exception {
        long sinceNanos = System.nanoTime();
        redis.kill();
        await().atMost(LIMIT)
                .until(
                        () ->
                                cluster.nodes().stream()
                                        .allMatch(
                                                node ->
                                                        cluster.admin(node, "/metrics")
                                                                .contains("hawser_broker_up 0")));
        Map<String, Long> stored = stored();
        CompletableFuture<Long> firstPong = CompletableFuture.supplyAsync(() -> firstPong(redis));
        redis.restart();
        long pongNanos = firstPong.get();
        long subscribedMs = msSince(pongNanos, () -> subscriptions(redis) > CHANNELS);
        long repairedMs = msSince(pongNanos, () -> haveAll(stored));
        Map<String, Long> beyond = new HashMap<>(stored);
        beyond.replaceAll((channel, number) -> number + 1);
        long liveMs = msSince(pongNanos, () -> haveAll(beyond));
        long closed =
                followers.values().stream().mapToLong(f -> f.closedSince(sinceNanos).size()).sum();
        System.out.printf(
                "Redis restarted, run %d: after its first PONG all %d channels subscribed within"
                        + " %d ms; all that was acknowledged before the kill delivered within %d"
                        + " ms, a new message in each channel within %d ms; %d subscriptions lost;"
                        + " slowest publish so far %d ms%n",
                run,
                CHANNELS,
                subscribedMs,
                repairedMs,
                liveMs,
                closed,
                publishers.stream().mapToLong(NumberedPublisher::slowestMs).max().orElse(0));
    }

    private static long msSince(long nanos, BooleanSupplier condition) {
        await().atMost(LIMIT)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                .until(condition::getAsBoolean);
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
    }

    /** When it was, by System.nanoTime(). */
    private static long firstPong(RedisServer redis) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() < deadline) {
            try {
                if (redis.ask("PING").equals("PONG")) {
                    return System.nanoTime();
                }
            } catch (UncheckedIOException | ServiceFailedException e) {
                // Not there yet, or loading.
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
            }
        }
        throw new IllegalStateException("no PONG from Redis");
    }

    private static int subscriptions(RedisServer redis) {
        return redis.ask("INFO stats")
                .lines()
                .filter(line -> line.startsWith("pubsub_channels:"))
                .mapToInt(line -> Integer.parseInt(line.substring(line.indexOf(':') + 1).strip()))
                .sum();
    }

    private void subscribe(TestNode node, ClientRuntime runtime, List<String> channels) {
        var tokens = new TokenIssuer(TestCluster.TOKEN_SECRET);
        channels.forEach(channel -> followers.put(channel, new Follower()));
        int each = CHANNELS / CLIENTS;
        for (int i = 0; i < CLIENTS; i++) {
            List<String> own = channels.subList(i * each, (i + 1) * each);
            String token = tokens.connection("user-" + i, Instant.now()).sign();
            var settings =
                    new ClientSettings(List.of(node.webSocket()), token, own, Backoff.STANDARD);
            var client = new ChannelClient(settings, runtime, event -> tell(own, event));
            clients.add(client);
            client.start();
        }
        await("all subscribed")
                .atMost(LIMIT)
                .until(() -> followers.values().stream().allMatch(Follower::isLive));
    }

    private void tell(List<String> channels, ClientEvent event) {
        switch (event) {
            case ClientEvent.Received it -> follower(it.channel()).on(event);
            case ClientEvent.Subscribed it -> follower(it.channel()).on(event);
            case ClientEvent.Unsubscribed it -> follower(it.channel()).on(event);
            case ClientEvent.Connected it -> channels.forEach(c -> follower(c).on(it));
            case ClientEvent.Disconnected it -> channels.forEach(c -> follower(c).on(it));
            case ClientEvent.Ended it -> channels.forEach(c -> follower(c).on(it));
        }
    }

    private Follower follower(String channel) {
        return Objects.requireNonNull(followers.get(channel));
    }

    private void publish(TestNode node, List<String> channels) {
        int each = CHANNELS / PUBLISHERS;
        for (int i = 0; i < PUBLISHERS; i++) {
            publishers.add(
                    NumberedPublisher.start(
                            () -> List.of(node),
                            channels.subList(i * each, (i + 1) * each),
                            PER_SECOND / PUBLISHERS));
        }
    }

    private Map<String, Long> stored() {
        Map<String, Long> numbers = new HashMap<>();
        publishers.forEach(publisher -> numbers.putAll(publisher.lastNumbers()));
        return numbers;
    }

    private boolean haveAll(Map<String, Long> numbers) {
        return numbers.entrySet().stream()
                .allMatch(it -> follower(it.getKey()).last() >= it.getValue());
    }

    /** So many more in each channel. */
    private void awaitMessages(int more) {
        Map<String, Long> goal = new HashMap<>();
        followers.forEach((channel, follower) -> goal.put(channel, (long) follower.last() + more));
        await().atMost(LIMIT).until(() -> haveAll(goal));
    }
}
