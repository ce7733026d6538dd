package io.hawser.grid.affinity;

import org.jspecify.annotations.Nullable;

/**
 * Each client has its own node, known again by the session id that it was given: two clients of one
 * user may be on two nodes. Immutable.
 */
public record AffinityByConnection() implements AffinityStrategy {
    @Override
    public @Nullable String key(ClientTraits client) {
        return AffinityKeys.sessionOrNull(client);
    }

    @Override
    public boolean bySession() {
        return true;
    }
}
