package io.hawser.server.route;

import io.hawser.grid.affinity.ClientTraits;
import io.hawser.grid.cluster.NodeId;

import org.jspecify.annotations.Nullable;

/** Knows to which node a client belongs. Thread-safe. */
@FunctionalInterface
public interface Homes {
    /**
     * The client's node, null if it has none or it cannot be told in time. Called on virtual
     * threads; may block, but for 500 ms at most.
     */
    @Nullable NodeId of(ClientTraits client);
}
