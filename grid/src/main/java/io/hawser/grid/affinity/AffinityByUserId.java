package io.hawser.grid.affinity;

import org.jspecify.annotations.Nullable;

/** All clients of a user go to one node; anonymous ones each have their own. Immutable. */
public record AffinityByUserId() implements AffinityStrategy {
    @Override
    public @Nullable String key(ClientTraits client) {
        return AffinityKeys.ofUserOrSession(client);
    }
}
