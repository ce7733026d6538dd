package io.hawser.grid.cluster;

import com.hazelcast.cluster.Address;
import com.hazelcast.config.properties.PropertyDefinition;
import com.hazelcast.logging.ILogger;
import com.hazelcast.spi.discovery.AbstractDiscoveryStrategy;
import com.hazelcast.spi.discovery.DiscoveryNode;
import com.hazelcast.spi.discovery.DiscoveryStrategy;
import com.hazelcast.spi.discovery.DiscoveryStrategyFactory;
import com.hazelcast.spi.discovery.SimpleDiscoveryNode;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Tells Hazelcast where members may be. It asks while it joins and again with each look for other
 * parts of the grid, so that members that started apart merge. Thread-safe.
 */
final class RedisDiscovery extends AbstractDiscoveryStrategy {
    private static final Logger log = LoggerFactory.getLogger(RedisDiscovery.class);

    private final Peers peers;

    @SuppressWarnings("rawtypes") // the type Hazelcast hands over
    private RedisDiscovery(Peers peers, ILogger logger, Map<String, Comparable> properties) {
        super(logger, properties);
        this.peers = peers;
    }

    @Override
    public Iterable<DiscoveryNode> discoverNodes() {
        List<DiscoveryNode> nodes = new ArrayList<>();
        for (HostPort peer : peers.addresses()) {
            try {
                nodes.add(new SimpleDiscoveryNode(new Address(peer.host(), peer.port())));
            } catch (UnknownHostException e) {
                log.warn("the grid address {} does not resolve", peer);
            }
        }
        return nodes;
    }

    /** Makes the strategy; given to Hazelcast as an instance, so nothing is looked up by name. */
    static final class Factory implements DiscoveryStrategyFactory {
        private final Peers peers;

        Factory(Peers peers) {
            this.peers = peers;
        }

        @Override
        public Class<? extends DiscoveryStrategy> getDiscoveryStrategyType() {
            return RedisDiscovery.class;
        }

        @Override
        @SuppressWarnings("rawtypes") // as declared by Hazelcast
        public DiscoveryStrategy newDiscoveryStrategy(
                DiscoveryNode node, ILogger logger, Map<String, Comparable> properties) {
            return new RedisDiscovery(peers, logger, properties);
        }

        @Override
        public Collection<PropertyDefinition> getConfigurationProperties() {
            return List.of();
        }
    }
}
