package io.hawser.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.cli.client.Backoff;
import io.hawser.cli.client.ChannelClient;
import io.hawser.cli.client.ClientRuntime;
import io.hawser.cli.client.ClientSettings;
import io.hawser.server.security.TokenIssuer;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Clients of one channel, user-0, user-1 …, who come back by themselves and recover. */
final class Crowd implements AutoCloseable {
    /** Connections wait for busy cores, and each for its backoff. */
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final ClientRuntime runtime = new ClientRuntime();
    private final List<ChannelClient> clients = new ArrayList<>();
    private final List<Follower> followers = new ArrayList<>();

    /** How many had to subscribe anew since some moment, and how long the slowest took. */
    record Return(int clients, long slowestMs) {
        @Override
        public String toString() {
            return clients == 0
                    ? "no client lost its node"
                    : "%d clients subscribed after %d ms".formatted(clients, slowestMs);
        }
    }

    /**
     * Starts them.
     *
     * @param addresses of the client with that number
     */
    Crowd(int size, String channel, IntFunction<List<URI>> addresses) {
        var tokens = new TokenIssuer(TestCluster.TOKEN_SECRET);
        for (int i = 0; i < size; i++) {
            var follower = new Follower();
            String token = tokens.connection("user-" + i, Instant.now()).sign();
            var settings =
                    new ClientSettings(
                            addresses.apply(i), token, List.of(channel), Backoff.STANDARD);
            var client = new ChannelClient(settings, runtime, follower::on);
            followers.add(follower);
            clients.add(client);
            client.start();
        }
    }

    List<String> users() {
        return IntStream.range(0, clients.size()).mapToObj(i -> "user-" + i).toList();
    }

    /** Those that are at a node, which must tell its id ({@code demo.page}). */
    List<Follower> at(TestNode node) {
        return followers.stream().filter(it -> it.node().equals(node.id())).toList();
    }

    /** All are subscribed, and have got that message and all before it, once and in order. */
    void awaitMessage(int n) {
        await("all clients get message " + n)
                .atMost(LIMIT)
                .untilAsserted(
                        () -> assertThat(followers).allMatch(it -> it.isLive() && it.last() >= n));
        assertThat(followers.stream().map(Follower::faults).flatMap(List::stream)).isEmpty();
    }

    Return returnSince(long nanos) {
        long[] tookMs =
                followers.stream()
                        .mapToLong(it -> (it.liveSinceNanos() - nanos) / 1_000_000)
                        .filter(ms -> ms > 0)
                        .toArray();
        return new Return(tookMs.length, LongStream.of(tookMs).max().orElse(0));
    }

    /** The codes with which connections were lost since that moment. */
    List<Integer> closedSince(long nanos) {
        return followers.stream().map(it -> it.closedSince(nanos)).flatMap(List::stream).toList();
    }

    @Override
    public void close() {
        clients.forEach(ChannelClient::close);
        runtime.close();
    }
}
