package io.hawser.grid.affinity;

/** What happened to a client of this node. */
sealed interface ClientEvent {
    /** The client's affinity key. */
    String key();

    /**
     * It has connected and was answered.
     *
     * @param atMs milliseconds since 1970
     * @param sendAway tells it to reconnect; must not block
     */
    record Came(String key, ClientTraits client, long atMs, Runnable sendAway)
            implements ClientEvent {}

    /**
     * It has gone.
     *
     * @param ttlSeconds how long it is remembered
     */
    record Went(String key, long ttlSeconds) implements ClientEvent {}
}
