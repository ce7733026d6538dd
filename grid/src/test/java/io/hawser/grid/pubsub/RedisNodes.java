package io.hawser.grid.pubsub;

import io.hawser.grid.priority.Shedding;
import io.hawser.grid.redis.RedisConnections;

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
        RedisConnections connections = new RedisConnections(uri);
        return new TestNode(
                lanes -> new RedisBroker(connections, lanes, PUBLISHING, new Shedding(), limits),
                connections::close);
    }

    /** As on a real node, but everything periodic at once. */
    static ChannelLimits quick() {
        return new ChannelLimits(
                3000, 100, 500, 1000, 50, 1000, 100, 4096, 4 << 20, 100_000, 256, 10_000);
    }
}
