package io.hawser.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.cli.client.Backoff;
import io.hawser.cli.client.ChannelClient;
import io.hawser.cli.client.ClientEvent;
import io.hawser.cli.client.ClientRuntime;
import io.hawser.cli.client.ClientSettings;
import io.hawser.server.security.TokenIssuer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** A node is killed under load, and no client misses a message. */
class NodeDeathIT {
    private static final String CHANNEL = "ticks:ACME";
    private static final int CLIENTS = 300;
    private static final int PER_SECOND = 100;
    private static final int SECONDS = 20;

    /** One client's sequence: what it got, in the order in which it got it. */
    private static final class Follower {
        private final List<Integer> numbers = Collections.synchronizedList(new ArrayList<>());
        private final AtomicInteger subscribed = new AtomicInteger();
        private final AtomicInteger unrecovered = new AtomicInteger();
        private volatile String node = "";

        void on(ClientEvent event) {
            switch (event) {
                case ClientEvent.Received tick -> numbers.add(tick.data().path("n").asInt());
                case ClientEvent.Subscribed live -> {
                    subscribed.incrementAndGet();
                    if (live.wasRecovering() && !live.recovered()) {
                        unrecovered.incrementAndGet();
                    }
                }
                case ClientEvent.Connected now -> node = now.node();
                case ClientEvent.Unsubscribed u -> {}
                case ClientEvent.Disconnected d -> {}
                case ClientEvent.Ended e -> {}
            }
        }
    }

    @Test
    void everyClientGetsEveryMessageInOrderAcrossAKill(@TempDir Path directory) throws Exception {
        try (var cluster =
                        TestCluster.start(
                                3,
                                directory,
                                Map.of(
                                        "client.recovery_max_publications",
                                        "5000",
                                        "demo.page", // so that clients are told where they are
                                        "true"));
                var runtime = new ClientRuntime()) {
            List<Follower> followers = new ArrayList<>();
            List<ChannelClient> clients = connect(cluster, runtime, followers);
            try {
                await("all subscribed")
                        .atMost(Duration.ofMinutes(1))
                        .until(() -> followers.stream().allMatch(f -> f.subscribed.get() > 0));
                List<Follower> affected =
                        followers.stream().filter(f -> f.node.equals("n2")).toList();
                assertThat(affected).as("clients of the killed node").isNotEmpty();
                int published = publishAndKill(cluster);
                await("all complete")
                        .atMost(Duration.ofMinutes(2))
                        .untilAsserted(
                                () ->
                                        assertThat(followers)
                                                .allMatch(f -> f.numbers.size() >= published));
                List<Integer> expected = new ArrayList<>();
                for (int n = 1; n <= published; n++) {
                    expected.add(n);
                }
                assertThat(followers).allSatisfy(f -> assertThat(f.numbers).isEqualTo(expected));
                assertThat(followers).allMatch(f -> f.unrecovered.get() == 0);
                assertThat(affected).allMatch(f -> f.subscribed.get() > 1);
            } finally {
                clients.forEach(ChannelClient::close);
            }
        }
    }

    private static List<ChannelClient> connect(
            TestCluster cluster, ClientRuntime runtime, List<Follower> followers) {
        var tokens = new TokenIssuer(TestCluster.TOKEN_SECRET);
        List<URI> addresses = cluster.nodes().stream().map(TestNode::webSocket).toList();
        List<ChannelClient> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            List<URI> rotated = new ArrayList<>(addresses);
            Collections.rotate(rotated, i);
            var follower = new Follower();
            followers.add(follower);
            String token = tokens.connection("user-" + i, Instant.now()).sign();
            var settings = new ClientSettings(rotated, token, List.of(CHANNEL), Backoff.STANDARD);
            var client = new ChannelClient(settings, runtime, follower::on);
            clients.add(client);
            client.start();
        }
        return clients;
    }

    /**
     * Publishes through node 1 at a steady rate, each until it is acknowledged, kills node 2 half
     * way, and returns how many it was.
     */
    private static int publishAndKill(TestCluster cluster) throws Exception {
        int total = PER_SECOND * SECONDS;
        var next = new AtomicInteger();
        try (ScheduledExecutorService publisher = Executors.newSingleThreadScheduledExecutor()) {
            var ticking =
                    publisher.scheduleAtFixedRate(
                            () -> {
                                int n = next.incrementAndGet();
                                if (n > total) {
                                    return;
                                }
                                if (n == total / 2) {
                                    cluster.node(2).kill();
                                }
                                while (!publish(cluster, n) && !publisher.isShutdown()) {
                                    LockSupport.parkNanos(20_000_000);
                                }
                            },
                            0,
                            1_000_000 / PER_SECOND,
                            TimeUnit.MICROSECONDS);
            await("all published")
                    .atMost(Duration.ofSeconds(SECONDS * 6L))
                    .until(() -> next.get() > total);
            ticking.cancel(false);
        }
        return total;
    }

    private static boolean publish(TestCluster cluster, int n) {
        try {
            String body =
                    "{\"channel\":\"%s\",\"data\":{\"n\":%d},\"idempotency_key\":\"%d\"}"
                            .formatted(CHANNEL, n, n);
            return cluster.api(cluster.node(1), "publish", body).contains("\"offset\":" + n);
        } catch (IOException e) {
            return false; // asked again under the same key
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
