package io.hawser.grid.affinity;

import io.hawser.grid.cluster.NodeInfo;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * A client goes to a node of its region, always the same as long as it is there; if none there
 * takes clients, to the nearest region that has one. A client of no known region may go anywhere.
 * Immutable.
 *
 * @param nearest by region the other regions, the nearest first; those that are not listed come
 *     after them, all equally far
 */
public record AffinityByRegion(Map<String, List<String>> nearest) implements AffinityStrategy {
    public AffinityByRegion {
        nearest = Map.copyOf(nearest);
    }

    @Override
    public @Nullable String key(ClientTraits client) {
        return AffinityKeys.ofUserOrSession(client);
    }

    @Override
    public boolean byRegion() {
        return true;
    }

    @Override
    public List<NodeInfo> homes(ClientTraits client, Collection<NodeInfo> nodes) {
        if (client.region().isEmpty()) {
            return List.copyOf(nodes);
        }
        List<NodeInfo> own = in(client.region(), nodes);
        if (!own.isEmpty()) {
            return own;
        }
        for (String region : nearest.getOrDefault(client.region(), List.of())) {
            List<NodeInfo> near = in(region, nodes);
            if (!near.isEmpty()) {
                return near;
            }
        }
        return List.copyOf(nodes);
    }

    private static List<NodeInfo> in(String region, Collection<NodeInfo> nodes) {
        return nodes.stream().filter(node -> node.profile().region().equals(region)).toList();
    }
}
