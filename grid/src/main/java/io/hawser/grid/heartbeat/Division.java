package io.hawser.grid.heartbeat;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * An even split, as one half sees it. The half that the store has granted one holds it until its
 * claim is forgotten. Immutable.
 *
 * @param side who goes on if it is granted: all who hear each other, with a vote or without
 * @param others those with a vote who are not heard
 */
public record Division(Set<Life> side, Set<Life> others) {
    /** Copies both. */
    public Division {
        side = Set.copyOf(side);
        others = Set.copyOf(others);
    }

    /**
     * What the store has to hold, if it grants this claim: it does if it holds none, if the same
     * nodes are out, or if this division is of later: it names a life that began after the one that
     * was granted. Who lost back then has begun a new life before it was expected again.
     *
     * @param held what it holds, null for nothing
     * @return null if the claim is denied
     */
    public @Nullable Division over(@Nullable Division held) {
        if (held == null || isLaterThan(held)) {
            return this;
        }
        return nodes(others).equals(nodes(held.others)) ? held : null;
    }

    private boolean isLaterThan(Division held) {
        Map<String, Long> then = held.incarnations();
        return incarnations().entrySet().stream()
                .anyMatch(
                        life -> life.getValue() > then.getOrDefault(life.getKey(), Long.MAX_VALUE));
    }

    private Map<String, Long> incarnations() {
        Map<String, Long> all = new HashMap<>();
        side.forEach(life -> all.put(life.node(), life.incarnation()));
        others.forEach(life -> all.put(life.node(), life.incarnation()));
        return all;
    }

    private static Set<String> nodes(Set<Life> lives) {
        return lives.stream().map(Life::node).collect(Collectors.toSet());
    }
}
