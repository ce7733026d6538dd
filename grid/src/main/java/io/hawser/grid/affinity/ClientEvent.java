package io.hawser.grid.affinity;

/** What happened to a client of this node. */
sealed interface ClientEvent {
    /** The client's affinity key. */
    String key();

    /** The same, of which it is not known whether it is written: it was tried. */
    ClientEvent again();

    /**
     * It has connected and was answered.
     *
     * @param atMs milliseconds since 1970
     * @param sendAway tells it to reconnect; must not block
     * @param tried whether it was tried to write this; the client may be elsewhere by now
     */
    record Came(String key, ClientTraits client, long atMs, Runnable sendAway, boolean tried)
            implements ClientEvent {
        @Override
        public Came again() {
            return tried ? this : new Came(key, client, atMs, sendAway, true);
        }
    }

    /**
     * It has gone.
     *
     * @param ttlSeconds how long it is remembered
     */
    record Went(String key, long ttlSeconds) implements ClientEvent {
        @Override
        public Went again() {
            return this;
        }
    }
}
