package io.hawser.grid.affinity;

import io.hawser.grid.cluster.NodeInfo;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** Chooses a node for a client that has none: the load balancer. Thread-safe; must not block. */
@FunctionalInterface
public interface NodeChooser {
    /** By the client's key, so that whoever asks gets the same answer; any node without a key. */
    NodeChooser RENDEZVOUS =
            (client, key, candidates) -> Rendezvous.node(key == null ? "" : key, candidates);

    /**
     * One of the candidates.
     *
     * @param key the client's affinity key, null if the strategy gives it none
     * @param candidates at least one; all take clients
     * @return null if it would rather have nobody there
     */
    @Nullable NodeInfo choose(ClientTraits client, @Nullable String key, List<NodeInfo> candidates);
}
