package io.hawser.grid.pubsub;

import io.hawser.grid.priority.Shedding;
import io.hawser.grid.redis.RedisConnections;

/** Makes {@link TestNode}s on a Redis, each with connections of its own. */
final class RedisNodes {
    private RedisNodes() {}

    static TestNode on(String uri) {
        return on(uri, ChannelLimits.DEFAULT);
    }

    static TestNode on(String uri, ChannelLimits limits) {
        RedisConnections connections = new RedisConnections(uri);
        return new TestNode(
                lanes -> new RedisBroker(connections, lanes, 4096, new Shedding(), limits),
                connections::close);
    }

    /** As on a real node, but everything periodic at once. */
    static ChannelLimits quick() {
        return new ChannelLimits(
                3000, 100, 500, 1000, 50, 1000, 4096, 4 << 20, 100_000, 256, 10_000);
    }
}
