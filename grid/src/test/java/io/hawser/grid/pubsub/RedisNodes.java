package io.hawser.grid.pubsub;

import io.hawser.grid.priority.Shedding;
import io.hawser.grid.redis.RedisConnections;
import io.hawser.grid.redis.RedisMode;
import io.hawser.grid.redis.RedisServers;
import io.hawser.grid.redis.RedisSettings;

import java.time.Duration;
import java.util.List;

/** Makes {@link TestNode}s on a Redis, each with connections of its own. */
final class RedisNodes {
    /** Compresses what the everyday test publishes too, if it is longer than a line. */
    private static final PublishLimits PUBLISHING =
            new PublishLimits(4096, 200, BrokerContract.KEYS_MAX);

    private RedisNodes() {}

    static TestNode on(String uri) {
        return on(uri, ChannelLimits.DEFAULT);
    }

    static TestNode on(String uri, ChannelLimits limits) {
        return on(new RedisConnections(uri), limits);
    }

    /** On whatever Redis. */
    static TestNode on(RedisMode mode, List<String> uris, ChannelLimits limits) {
        var settings = new RedisSettings(mode, uris, RedisConnections.TIMEOUT, "");
        return on(RedisServers.of(settings), limits);
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
                new RedisConnections(uri),
                new PublishLimits(4096, 200, BrokerContract.KEYS_MAX, size, delay),
                ChannelLimits.DEFAULT);
    }

    /** As on a real node, but everything periodic at once. */
    static ChannelLimits quick() {
        return new ChannelLimits(
                3000, 100, 500, 1000, 50, 1000, 100, 4096, 4 << 20, 100_000, 256, 10_000);
    }
}
