package io.hawser.grid.affinity;

import io.hawser.grid.cluster.NodeInfo;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.List;

/**
 * The node follows from the user (or the session) and the nodes there are, by {@link Rendezvous}
 * hashing: whoever knows the nodes knows the answer, and a node that comes or goes moves its own
 * share only. Immutable.
 */
public record AffinityByHash() implements AffinityStrategy {
    @Override
    public @Nullable String key(ClientTraits client) {
        return AffinityKeys.ofUserOrSession(client);
    }

    @Override
    public List<NodeInfo> homes(ClientTraits client, Collection<NodeInfo> nodes) {
        String key = key(client);
        NodeInfo home = key == null ? null : Rendezvous.node(key, nodes);
        return home == null ? List.copyOf(nodes) : List.of(home);
    }
}
