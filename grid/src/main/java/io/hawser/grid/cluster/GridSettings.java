package io.hawser.grid.cluster;

import com.hazelcast.config.MapConfig;
import com.hazelcast.nio.serialization.compact.CompactSerializer;

import java.util.List;

/**
 * How a node takes part in the grid. Immutable, thread-safe.
 *
 * @param profile the node
 * @param key which grid
 * @param host address of the member: it listens there and tells others so; a concrete address,
 *     never a wildcard, best on a private network
 * @param port of the member, 0 for a free one
 * @param heartbeat how nodes watch each other
 * @param seeds {@code host:port} of members to ask, empty if there are none
 * @param contract what all nodes of a grid must agree on: type of the broker and identity of its
 *     store; a node with another contract is refused
 * @param maps settings of the maps that other packages keep in the grid
 * @param serializers for what they keep there, where Hazelcast's own is too slow
 */
public record GridSettings(
        NodeProfile profile,
        ClusterKey key,
        String host,
        int port,
        HeartbeatSettings heartbeat,
        List<String> seeds,
        String contract,
        List<MapConfig> maps,
        List<CompactSerializer<?>> serializers) {

    /**
     * @throws IllegalArgumentException if {@code host} is a wildcard, {@code port} is out of range
     *     or a seed is not {@code host:port}
     */
    public GridSettings {
        if (host.isBlank() || host.equals("0.0.0.0") || host.equals("::")) {
            throw new IllegalArgumentException(
                    "the grid's host must be an address that other nodes reach, not '"
                            + host
                            + "'");
        }
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("not a port: " + port);
        }
        seeds.forEach(HostPort::parse);
        seeds = List.copyOf(seeds);
        maps = List.copyOf(maps);
        serializers = List.copyOf(serializers);
    }
}
