package io.hawser.grid.affinity;

import io.hawser.grid.cluster.NodeInfo;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.List;

/**
 * What makes a client come back to the same node. Pure: no state, no I/O. Implementations are
 * immutable and thread-safe.
 *
 * <ol>
 *   <li>Clients with the same key have one mapping together.
 *   <li>The homes are a part of the nodes offered, and not empty unless none is offered.
 *   <li>Equal arguments give equal answers on every node.
 * </ol>
 */
public sealed interface AffinityStrategy
        permits AffinityByUserId,
                AffinityByConnection,
                AffinityByHash,
                AffinityByRegion,
                AffinityNone {

    /** Under what the client's node is remembered; null if it is not. */
    @Nullable String key(ClientTraits client);

    /**
     * Where the client may be: a mapping to any of these holds, and without a mapping one of them
     * is chosen.
     *
     * @param nodes those that take clients now
     */
    default List<NodeInfo> homes(ClientTraits client, Collection<NodeInfo> nodes) {
        return List.copyOf(nodes);
    }

    /** True if even a client of a known user needs a session id to be known again. */
    default boolean bySession() {
        return false;
    }

    /** True if a client is bound to the nodes of its region. */
    default boolean byRegion() {
        return false;
    }
}
