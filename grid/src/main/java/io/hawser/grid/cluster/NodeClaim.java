package io.hawser.grid.cluster;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;

import org.jspecify.annotations.Nullable;

/**
 * Takes a node id for this member, in one atomic step on the grid's registry: of two that want it,
 * one gets it. The incarnation is one more than the highest known. Used once, while the node
 * starts; blocks.
 */
final class NodeClaim {
    private static final int MAX_ATTEMPTS = 10;

    private final HazelcastInstance hazelcast;
    private final IMap<String, NodeInfo> nodes;
    private final IMap<String, Long> incarnations;
    private final LocalNode local;

    NodeClaim(HazelcastInstance hazelcast, LocalNode local) {
        this.hazelcast = hazelcast;
        this.nodes = hazelcast.getMap(RegistryMaps.NODES);
        this.incarnations = hazelcast.getMap(RegistryMaps.INCARNATIONS);
        this.local = local;
    }

    /**
     * @param known highest incarnation known from elsewhere, 0 if none
     * @throws GridRefusedException if a live node has the id
     */
    void take(long known) {
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            if (attempt(known)) {
                incarnations.set(local.id().value(), local.incarnation());
                return;
            }
        }
        throw new GridRefusedException(
                "several nodes want the id " + local.id() + " at the same moment");
    }

    private boolean attempt(long known) {
        String id = local.id().value();
        NodeInfo holder = nodes.get(id);
        if (holder != null && isHeld(holder)) {
            throw idInUse(holder);
        }
        local.bornAs(highest(known, holder, incarnations.get(id)) + 1);
        NodeInfo mine = local.info();
        return holder == null
                ? nodes.putIfAbsent(id, mine) == null
                : nodes.replace(id, holder, mine);
    }

    static long highest(long known, @Nullable NodeInfo holder, @Nullable Long given) {
        long highest = known;
        if (holder != null) {
            highest = Math.max(highest, holder.incarnation());
        }
        return given == null ? highest : Math.max(highest, given);
    }

    /** A hung holder counts as live until the grid has given its member up. */
    private boolean isHeld(NodeInfo holder) {
        if (holder.status() == NodeStatus.LEFT || holder.memberUuid().equals(local.memberUuid())) {
            return false;
        }
        for (Member member : hazelcast.getCluster().getMembers()) {
            if (member.getUuid().toString().equals(holder.memberUuid())) {
                return true;
            }
        }
        return false;
    }

    static GridRefusedException idInUse(NodeInfo holder) {
        return GridRefusedException.idInUse(holder.id().value(), holder.gridAddress());
    }
}
