package io.hawser.server.route;

import io.hawser.grid.cluster.NodeId;

import org.jspecify.annotations.Nullable;

/** Knows to which node a user belongs. Thread-safe. */
@FunctionalInterface
public interface Homes {
    /**
     * The node of the user's sessions, null if there is none or it cannot be told in time. Called
     * on virtual threads; may block, but for 500 ms at most.
     *
     * @param user never empty: an anonymous user belongs nowhere
     */
    @Nullable NodeId of(String user);
}
