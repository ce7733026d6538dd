package io.hawser.grid.balance;

import java.util.List;

/**
 * A client that looks for a node. Immutable, thread-safe.
 *
 * @param user empty for an anonymous one
 * @param address IP address that it comes from, without port; empty if not known
 * @param region where it would like to be served; empty for anywhere
 * @param nearest other regions, the nearest first; all that are not listed are equally far
 */
public record Newcomer(String user, String address, String region, List<String> nearest) {
    public Newcomer {
        nearest = List.copyOf(nearest);
    }

    /** A client to whom all other regions are equally far. */
    public Newcomer(String user, String address, String region) {
        this(user, address, region, List.of());
    }

    /** How many regions are nearer to the client than this one; 0 if it goes anywhere. */
    int distance(String other) {
        if (region.isEmpty() || region.equals(other)) {
            return 0;
        }
        int place = nearest.indexOf(other);
        return 1 + (place < 0 ? nearest.size() : place);
    }
}
