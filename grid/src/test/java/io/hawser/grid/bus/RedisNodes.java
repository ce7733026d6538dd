package io.hawser.grid.bus;

import io.hawser.grid.priority.Shedding;
import io.hawser.grid.pubsub.BrokerContract;
import io.hawser.grid.pubsub.PublishLimits;
import io.hawser.grid.pubsub.TestNode;
import io.hawser.grid.redis.RedisMode;
import io.hawser.grid.redis.RedisServers;
import io.hawser.grid.redis.RedisSettings;
import io.hawser.grid.stream.ChannelLimits;

import java.time.Duration;
import java.util.List;

/** Makes {@link TestNode}s on a Redis, each with connections of its own. */
final class RedisNodes {
    /** A Redis that stands still for a while on a busy machine has not failed. */
    static final Duration PATIENT = Duration.ofSeconds(5);

    /** Compresses what the everyday test publishes too, if it is longer than a line. */
    private static final PublishLimits PUBLISHING =
            new PublishLimits(4096, 200, BrokerContract.KEYS_MAX);

    private RedisNodes() {}

    static TestNode on(String uri) {
        return on(uri, rare());
    }

    static TestNode on(String uri, ChannelLimits limits) {
        return on(patient(uri), limits);
    }

    /** On whatever Redis. */
    static TestNode on(RedisMode mode, List<String> uris, ChannelLimits limits) {
        return on(patient(mode, uris), limits);
    }

    static RedisServers patient(String uri) {
        return patient(RedisMode.STANDALONE, List.of(uri));
    }

    static RedisServers patient(RedisMode mode, List<String> uris) {
        return RedisServers.of(new RedisSettings(mode, uris, PATIENT, ""));
    }

    static TestNode on(RedisServers servers, ChannelLimits limits) {
        return on(servers, PUBLISHING, limits);
    }

    static TestNode on(RedisServers servers, PublishLimits publishing, ChannelLimits limits) {
        return new TestNode(
                lanes -> new RedisBroker(servers, lanes, publishing, new Shedding(), limits),
                servers::close);
    }

    /** Publishes in batches: of so many, or of what comes within the delay. */
    static TestNode batching(String uri, int size, Duration delay) {
        return on(
                patient(uri),
                new PublishLimits(4096, 200, BrokerContract.KEYS_MAX, size, delay),
                rare());
    }

    /** As on a real node, but joins are patient, and everything periodic comes at once. */
    static ChannelLimits quick() {
        return new ChannelLimits(
                15_000, 100, 500, 1000, 50, 1000, 100, 4096, 4 << 20, 100_000, 256, 10_000);
    }

    /** As on a real node, but joins are patient, and no check comes while a test runs. */
    private static ChannelLimits rare() {
        return new ChannelLimits(
                15_000, 4000, 600_000, 1000, 50, 1000, 100, 4096, 4 << 20, 100_000, 256, 10_000);
    }
}
