package io.hawser.grid.cluster;

import io.hawser.grid.cluster.ClusterEvent.NodeJoined;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says so if some nodes have a zone and others have none: those count as zones of their own, so a
 * backup may end up with its data in what is really one zone. Such a grid works, and while zones
 * are introduced node by node it cannot be otherwise. Each node speaks of others that differ from
 * itself. Thread-safe.
 */
final class ZoneWatch implements ClusterListener {
    private static final Logger log = LoggerFactory.getLogger(ZoneWatch.class);

    private final String zone;

    /**
     * @param zone of this node, empty if it has none
     */
    ZoneWatch(String zone) {
        this.zone = zone;
    }

    /** Whether one has a zone and the other has none. */
    static boolean differ(String zone, String other) {
        return zone.isEmpty() != other.isEmpty();
    }

    @Override
    public void on(ClusterEvent event) {
        if (event instanceof NodeJoined joined && differ(zone, joined.node().profile().zone())) {
            log.atWarn()
                    .addKeyValue("node", joined.node().id().value())
                    .addKeyValue("its_zone", joined.node().profile().zone())
                    .addKeyValue("our_zone", zone)
                    .log("grid.zones.mixed");
        }
    }
}
