package io.hawser.grid;

import io.hawser.grid.affinity.AffinityOptions;
import io.hawser.grid.cluster.ClusterKey;
import io.hawser.grid.cluster.HeartbeatSettings;
import io.hawser.grid.cluster.NodeProfile;
import io.hawser.grid.pubsub.PublishLimits;
import io.hawser.grid.redis.RedisSettings;

import java.util.List;

/**
 * How a node takes part in its grid. Immutable.
 *
 * @param profile the node
 * @param key which grid, and its secret
 * @param host address of the grid member, one that the other nodes reach
 * @param port port of the grid member; 0 for a free one
 * @param heartbeat how nodes watch each other
 * @param seeds {@code host:port} of members to ask at start
 * @param broker what carries publications
 * @param affinity how clients come back to their nodes
 */
public record GridOptions(
        NodeProfile profile,
        ClusterKey key,
        String host,
        int port,
        HeartbeatSettings heartbeat,
        List<String> seeds,
        BrokerOptions broker,
        AffinityOptions affinity) {

    /** Which broker. All nodes of a grid have the same. */
    public sealed interface BrokerOptions {
        /**
         * In this node's memory, for a grid of one.
         *
         * @param maxBytes of history, all channels together
         * @param idempotencyMax idempotency keys that a channel remembers at once
         */
        record Local(long maxBytes, int idempotencyMax) implements BrokerOptions {}

        /**
         * Through Redis.
         *
         * @param servers which Redis
         * @param publishing bounds of publishing
         */
        record Redis(RedisSettings servers, PublishLimits publishing) implements BrokerOptions {}
    }
}
