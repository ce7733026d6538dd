package io.hawser.grid.affinity;

import org.jspecify.annotations.Nullable;

/** Nothing is remembered: each connect goes where the load is least. Immutable. */
public record AffinityNone() implements AffinityStrategy {
    @Override
    public @Nullable String key(ClientTraits client) {
        return null;
    }
}
