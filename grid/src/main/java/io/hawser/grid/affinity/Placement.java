package io.hawser.grid.affinity;

import io.hawser.grid.cluster.NodeInfo;

import org.jspecify.annotations.Nullable;

/**
 * Which node a client should connect to, and why. Immutable, thread-safe.
 *
 * @param node the node; null if no node takes clients
 * @param reason why this one
 * @param key under which the client is remembered; null if it is not
 * @param entry what is remembered, whether or not it holds; null if nothing is
 */
public record Placement(
        @Nullable NodeInfo node,
        Reason reason,
        @Nullable String key,
        @Nullable AffinityEntry entry) {

    /** Why a node was named. */
    public enum Reason {
        /** The client belongs there. */
        MAPPED,
        /** The client belongs nowhere yet; chosen. */
        NEW,
        /** The client's node is gone, full, or draining, or was started anew; chosen. */
        NODE_GONE,
        /** The client's node is not where the strategy wants it now; chosen. */
        NOT_AT_HOME,
        /** The grid did not say in time; chosen as for a new client. */
        NO_ANSWER,
        /** Nobody takes clients. */
        NO_NODE
    }
}
