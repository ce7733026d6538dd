package io.hawser.grid.affinity;

import io.hawser.grid.cluster.NodeId;

/**
 * Where a client belongs, as the grid stores it. A plain record: Hazelcast serializes it by its
 * components. Immutable, thread-safe.
 *
 * @param node id of the node
 * @param incarnation which life of the node
 * @param epoch rises with every change of the entry: milliseconds since 1970 of the change, or one
 *     more than the former epoch if that is higher. After a split the higher epoch wins.
 * @param connectedAtMs when the client last connected, milliseconds since 1970
 * @param sentAwayAtMs when the client was last told to reconnect because it was at the wrong node,
 *     milliseconds since 1970; 0 for never
 */
public record AffinityEntry(
        String node, long incarnation, long epoch, long connectedAtMs, long sentAwayAtMs) {

    /** A client that nothing was known of has connected. */
    static AffinityEntry first(NodeId node, long incarnation, long nowMs) {
        return new AffinityEntry(node.value(), incarnation, nowMs, nowMs, 0);
    }

    /** The client has connected to this node now. */
    AffinityEntry connected(NodeId newNode, long newIncarnation, long nowMs) {
        return new AffinityEntry(
                newNode.value(), newIncarnation, epochAfter(nowMs), nowMs, sentAwayAtMs);
    }

    /** The client belongs to this node from now on, wherever it is. */
    AffinityEntry assigned(String newNode, long newIncarnation, long nowMs) {
        return new AffinityEntry(
                newNode, newIncarnation, epochAfter(nowMs), connectedAtMs, sentAwayAtMs);
    }

    /** The client is told to reconnect now. */
    AffinityEntry sentAway(long nowMs) {
        return new AffinityEntry(node, incarnation, epochAfter(nowMs), connectedAtMs, nowMs);
    }

    private long epochAfter(long nowMs) {
        return Math.max(epoch + 1, nowMs);
    }
}
